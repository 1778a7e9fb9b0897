import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import type { SandboxClock } from './clock';
import type { ExpiringTokens } from './expiring-tokens';
import type { SandboxSeller } from './sandbox-seller';
import { accessDenied, invalidInput, SpApiError } from './sp-api-error';
import type { Traffic } from './traffic';
import { type Operation, USAGE_PLANS, type UsagePlans } from './usage-plans';

/** What the operations of one running sandbox share. */
export interface SandboxWorld {
  readonly clock: SandboxClock;
  readonly tokens: ExpiringTokens;
  readonly plans: UsagePlans;
  readonly traffic: Traffic;
  readonly sellers: readonly SandboxSeller[];
}

export interface SpApiCall {
  readonly seller: SandboxSeller;
  readonly query: unknown;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Where the caller reached the sandbox, such as `http://127.0.0.1:4100`. */
  readonly origin: string;
}

export interface SpApiAnswer {
  status: number;
  body: unknown;
}

/**
 * A handler as Amazon's front door lets it be reached: the access token tells the seller, the usage plan is
 * charged, and errors thrown as `SpApiError` become answers.
 */
export function spApiOperation(
  world: SandboxWorld,
  operation: Operation,
  handler: (call: SpApiCall) => SpApiAnswer,
): (ctx: RouterContext) => void {
  return (ctx) => {
    let seller: SandboxSeller | null = null;
    try {
      seller = sellerOf(world, ctx.get('x-amz-access-token'));
      ctx.res.once('close', world.traffic.begin(seller.sellerId));
      if (!world.plans.take(seller.sellerId, operation))
        throw new SpApiError(
          429,
          'QuotaExceeded',
          'You exceeded your quota for the requested resource.',
        );
      const { query, params } = ctx;
      const origin = `${ctx.protocol}://${ctx.host}`;
      const answer = handler({ seller, query, params, body: ctx.request.body, origin });
      ctx.status = answer.status;
      ctx.body = answer.body;
    } catch (error) {
      if (!(error instanceof SpApiError)) throw error;
      ctx.status = error.status;
      ctx.body = error.body;
    }
    // Amazon tells the rate on these answers only, and on a 429 never. It is in Amazon's own seconds.
    if (ctx.status < 300 || ctx.status === 400 || ctx.status === 404)
      ctx.set('x-amzn-RateLimit-Limit', String(USAGE_PLANS[operation].perSecond));
    world.traffic.answered({
      operation,
      sellerId: seller?.sellerId ?? null,
      status: ctx.status,
      requestId: ctx.response.get('x-amzn-RequestId'),
    });
  };
}

function sellerOf({ tokens, sellers }: SandboxWorld, accessToken: string): SandboxSeller {
  if (!accessToken) throw accessDenied('Access token is missing in the request header.');
  const reading = tokens.read('access', accessToken.replace(/^Atza\|/, ''));
  if (reading.state === 'expired') throw accessDenied('The access token you provided has expired.');
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

/** An ISO 8601 time with its offset, as epoch milliseconds. */
export const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
