import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import type { SandboxClock } from './clock';
import { broken, type Delivery, deliver, type JsonAnswer, statusSeen } from './deliver-json';
import type { ExpiringTokens } from './expiring-tokens';
import { breaksAnswer, replacesCall, scriptedError } from './fault-effects';
import { isKind } from './fault-spec';
import type { Effect, FaultableCall, Faults } from './faults';
import { ReportType } from './report-words';
import type { SandboxSeller } from './sandbox-seller';
import { accessDenied, invalidInput, quotaExceeded, SpApiError } from './sp-api-error';
import type { Traffic } from './traffic';
import { withUnknownStatus, withUnknownWords } from './unknown-words';
import { type Operation, USAGE_PLANS, type UsagePlans } from './usage-plans';

const ACCESS_TOKEN_EXPIRED = 'The access token you provided has expired.';
/** Where nothing is answered. */
const NO_ANSWER: JsonAnswer = { status: 0, body: null };

/** What the operations of one running sandbox share. */
export interface SandboxWorld {
  readonly clock: SandboxClock;
  readonly tokens: ExpiringTokens;
  /** Amazon's seconds that something is good for which is good for so many of them at Amazon. */
  readonly lifetime: (seconds: number) => number;
  readonly plans: UsagePlans;
  readonly traffic: Traffic;
  readonly faults: Faults;
  readonly sellers: readonly SandboxSeller[];
}

/** The scripted fault among those that `is` picks, if one hits the call. What is answered counts as a hit. */
export type Scripted = <E extends Effect>(is: (effect: Effect) => effect is E) => E | null;

export interface SpApiCall {
  readonly seller: SandboxSeller;
  readonly query: unknown;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Where the caller reached the sandbox, such as `http://127.0.0.1:4100`. */
  readonly origin: string;
  readonly scripted: Scripted;
}

export type SpApiAnswer = JsonAnswer;

/**
 * A handler as Amazon's front door lets it be reached: the access token tells the seller; then come the faults
 * that take the place of the call, a scripted 429 among them; then the usage plan is charged; then the work is
 * done, in which faults of pages and reports hit; then come the faults that spoil the answer. So a call that never
 * got to its work (error status, hang, reset before it, expired access token) costs no quota, and one whose answer
 * was lost or spoilt does. Errors thrown as `SpApiError` become answers, which no fault spoils.
 *
 * `reportTypeOf` answers the type of the report that the call is about, where the request does not name it.
 */
export function spApiOperation(
  world: SandboxWorld,
  operation: Operation,
  handler: (call: SpApiCall) => SpApiAnswer,
  reportTypeOf?: (call: Pick<SpApiCall, 'seller' | 'params'>) => ReportType | null,
): (ctx: RouterContext) => Promise<void> {
  return async (ctx) => {
    let seller: SandboxSeller | null = null;
    let delivery: Delivery;
    try {
      seller = sellerOf(world, ctx.get('x-amz-access-token'));
      ctx.res.once('close', world.traffic.begin(seller.sellerId));
      const { query, params } = ctx;
      const body: unknown = ctx.request.body;
      const faultable: FaultableCall = {
        operation,
        sellerId: seller.sellerId,
        ...Aim.safeParse(ctx.method === 'POST' ? body : query).data,
        ...(reportTypeOf && { reportType: reportTypeOf({ seller, params }) }),
      };
      const call: SpApiCall = {
        seller,
        query,
        params,
        body,
        origin: `${ctx.protocol}://${ctx.host}`,
        scripted: (is) => world.faults.take(faultable, is),
      };
      delivery = insteadOf(call) ?? answerTo(world, operation, handler, call);
    } catch (error) {
      if (!(error instanceof SpApiError)) throw error;
      delivery = { answer: error, how: 'whole' };
    }

    const status = statusSeen(delivery);
    // Amazon tells the rate on these answers only, and on a 429 never. It is in Amazon's own seconds.
    if ((status > 0 && status < 300) || status === 400 || status === 404)
      ctx.set('x-amzn-RateLimit-Limit', String(USAGE_PLANS[operation].perSecond));
    world.traffic.answered({
      operation,
      sellerId: seller?.sellerId ?? null,
      status,
      requestId: ctx.response.get('x-amzn-RequestId'),
    });
    await deliver(ctx, delivery);
  };
}

/** What takes the place of a call. Throws what is an error answer. */
function insteadOf({ scripted }: SpApiCall): Delivery | null {
  const effect = scripted(replacesCall);
  if (effect === null) return null;
  switch (effect.kind) {
    case 'status':
      throw scriptedError(effect);
    case 'expired_access_token':
      throw accessDenied(ACCESS_TOKEN_EXPIRED);
    case 'hang':
      return { answer: NO_ANSWER, how: 'hang' };
    case 'reset':
      return { answer: NO_ANSWER, how: 'reset' };
    default:
      throw new Error(`${effect.kind} is no fault of an operation`);
  }
}

function answerTo(
  { plans }: SandboxWorld,
  operation: Operation,
  handler: (call: SpApiCall) => SpApiAnswer,
  call: SpApiCall,
): Delivery {
  if (!plans.take(call.seller.sellerId, operation)) throw quotaExceeded();
  let answer = handler(call);
  if (call.scripted(isKind('unknown_words'))) {
    const body = withUnknownWords(answer.body);
    answer = { ...answer, body: operation === 'getReport' ? withUnknownStatus(body) : body };
  }
  const effect = call.scripted(breaksAnswer);
  return effect ? broken(answer, effect, scriptedError) : { answer, how: 'whole' };
}

function sellerOf({ tokens, sellers }: SandboxWorld, accessToken: string): SandboxSeller {
  if (!accessToken) throw accessDenied('Access token is missing in the request header.');
  const reading = tokens.read('access', accessToken.replace(/^Atza\|/, ''));
  if (reading.state === 'expired') throw accessDenied(ACCESS_TOKEN_EXPIRED);
  const seller =
    reading.state === 'live' && sellers.find(({ sellerId }) => sellerId === reading.data);
  if (!seller)
    throw accessDenied('The access token you provided is revoked, malformed or invalid.');
  return seller;
}

/** Reads a query or body by its schema; what does not fit is Amazon's `InvalidInput`. */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw invalidInput(z.prettifyError(result.error));
  return result.data;
}

/** Throws 403 when the seller does not sell in one of the marketplaces. */
export function checkMarketplaces(seller: SandboxSeller, marketplaceIds: readonly string[]): void {
  const foreign = marketplaceIds.find((id) => !seller.marketplaceIds.includes(id));
  if (foreign) throw accessDenied(`The seller does not participate in marketplace ${foreign}.`);
}

/** A list in a query: separated by commas or given several times. */
export const QueryList = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => {
    if (value === undefined) return value;
    return (Array.isArray(value) ? value : [value]).flatMap((one) => String(one).split(','));
  }, z.array(item));

/** What a request says of itself that faults are matched against. */
const Aim = z.object({
  marketplaceIds: QueryList(z.string()).optional(),
  reportType: ReportType.optional().catch(undefined),
});

/** An ISO 8601 time with its offset, as epoch milliseconds. */
export const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
