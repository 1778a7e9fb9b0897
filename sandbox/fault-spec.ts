import { z } from 'zod';
import { Charset } from './charsets';
import { ReportType } from './report-words';
import { USAGE_PLANS } from './usage-plans';

/**
 * What a fault can hit: an operation, Login with Amazon (`token` for refresh tokens, `authorizationCode` for the
 * codes of the consent page), or the storage behind the documents' URLs.
 */
export const FaultTarget = z.enum(
  // The keys of a constant object are exactly its names.
  [
    ...(Object.keys(USAGE_PLANS) as (keyof typeof USAGE_PLANS)[]),
    'token',
    'authorizationCode',
    'download',
  ],
);
export type FaultTarget = z.infer<typeof FaultTarget>;

export const Effect = z.discriminatedUnion('kind', [
  /**
   * An error answer. `code` defaults to Amazon's usual one for the status; for Login with Amazon it is the OAuth error.
   * With `afterWork` the work is done, and charged, and only its answer is lost.
   */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    code: z.string().min(1).optional(),
    afterWork: z.boolean().optional(),
  }),
  /** Never answers, until the client goes. */
  z.strictObject({ kind: z.literal('hang') }),
  /** A TCP reset before any work, after the work, or half-way through the answer's body. */
  z.strictObject({ kind: z.literal('reset'), when: z.enum(['before', 'after', 'mid-body']) }),
  /** The right status and content type; the body is JSON that breaks off. */
  z.strictObject({ kind: z.literal('malformed') }),
  /** The right answer with words that nobody knows yet, none of which changes the truth. */
  z.strictObject({ kind: z.literal('unknown_words') }),
  /** The rows of the page before once more, then on as if nothing was. Hits only calls that carry a page token. */
  z.strictObject({ kind: z.literal('repeat_page') }),
  z.strictObject({ kind: z.literal('expired_access_token') }),
  /** Hits only calls that carry a page token. */
  z.strictObject({ kind: z.literal('expired_page_token') }),
  /** How the report that is asked for will end; STUCK is IN_QUEUE for ever. */
  z.strictObject({
    kind: z.literal('report'),
    outcome: z.enum(['FATAL', 'CANCELLED', 'STUCK']),
    /** Hits only reports over a longer range. */
    longerThanDays: z.number().nonnegative().optional(),
  }),
  z.strictObject({ kind: z.literal('expired_document') }),
  /** The gzip ends early in a complete HTTP answer. */
  z.strictObject({ kind: z.literal('truncated') }),
  /** Some bytes in the middle of the gzip are others. */
  z.strictObject({ kind: z.literal('corrupt') }),
  /** The text is written in that charset, and the Content-Type says so; what it lacks becomes `?`. */
  z.strictObject({ kind: z.literal('encoding'), charset: Charset }),
  /** The Content-Type says UTF-8, and the bytes are not. */
  z.strictObject({ kind: z.literal('wrong_encoding') }),
  /** The columns stand in another order, with unknown ones among them. */
  z.strictObject({ kind: z.literal('columns') }),
  /** Amounts are written `4,10`. */
  z.strictObject({ kind: z.literal('decimal_comma') }),
  /** Pieces of 4 KB before compression, so many real milliseconds apart. */
  z.strictObject({ kind: z.literal('slow'), millisecondsPerPiece: z.number().positive() }),
]);
export type Effect = z.infer<typeof Effect>;
export type EffectKind = Effect['kind'];

const ANY_TARGET: readonly EffectKind[] = ['status', 'hang', 'reset'];
const JSON_ANSWERS: readonly EffectKind[] = ['malformed', 'unknown_words'];
const OPERATIONS: readonly EffectKind[] = [...ANY_TARGET, ...JSON_ANSWERS, 'expired_access_token'];
const PAGED: readonly EffectKind[] = ['repeat_page', 'expired_page_token'];

const EFFECTS_OF: Record<FaultTarget, readonly EffectKind[]> = {
  searchOrders: [...OPERATIONS, ...PAGED],
  getInventorySummaries: [...OPERATIONS, ...PAGED],
  createReport: [...OPERATIONS, 'report'],
  getReport: OPERATIONS,
  getReports: [...OPERATIONS, 'expired_page_token'],
  getReportDocument: OPERATIONS,
  getMarketplaceParticipations: OPERATIONS,
  token: [...ANY_TARGET, ...JSON_ANSWERS],
  authorizationCode: [...ANY_TARGET, ...JSON_ANSWERS],
  download: [
    ...ANY_TARGET,
    'expired_document',
    'truncated',
    'corrupt',
    'encoding',
    'wrong_encoding',
    'columns',
    'decimal_comma',
    'slow',
  ],
};
const NAMES_MARKETPLACES: readonly FaultTarget[] = [
  'searchOrders',
  'getInventorySummaries',
  'createReport',
];
const NAMES_REPORT_TYPE: readonly FaultTarget[] = [
  'createReport',
  'getReport',
  'getReportDocument',
  'download',
];

/** One scripted fault: which calls it hits, how often and for how long, and what becomes of them. */
export const FaultSpec = z
  .strictObject({
    operation: FaultTarget,
    /** Default: every seller. */
    sellerId: z.string().min(1).optional(),
    /** Only calls that name this marketplace. */
    marketplaceId: z.string().min(1).optional(),
    /** Only calls about such a report. */
    reportType: ReportType.optional(),
    /** Lets that many matching calls by first. Default 0. */
    after: z.int().nonnegative().optional(),
    /** How many calls it hits. Default 1; null is every one. */
    times: z.int().positive().nullable().optional(),
    /** It ends this many of Amazon's seconds after it was set. Default: never. */
    seconds: z.number().positive().optional(),
    effect: Effect,
  })
  .check(({ value, issues }) => {
    const { operation, effect, marketplaceId, reportType } = value;
    const refuse = (path: string, message: string) =>
      issues.push({ code: 'custom', input: value, path: [path], message });
    if (!EFFECTS_OF[operation].includes(effect.kind))
      refuse('effect', `${effect.kind} does nothing to ${operation}`);
    if (marketplaceId !== undefined && !NAMES_MARKETPLACES.includes(operation))
      refuse('marketplaceId', `${operation} names no marketplace`);
    if (reportType !== undefined && !NAMES_REPORT_TYPE.includes(operation))
      refuse('reportType', `${operation} is about no single report type`);
  });
export type Fault = z.infer<typeof FaultSpec>;

/** Tells whether an effect is of this kind. */
export const isKind =
  <Kind extends EffectKind>(kind: Kind) =>
  (effect: Effect): effect is Extract<Effect, { kind: Kind }> =>
    effect.kind === kind;
