import type Router from '@koa/router';
import { z } from 'zod';
import { isKind } from './fault-spec';
import { INCLUDED_DATA, renderSearchOrder } from './render-search-order';
import { ORDER_STATUSES, type SandboxOrder } from './sandbox-seller';
import { invalidInput } from './sp-api-error';
import {
  checkMarketplaces,
  QueryList,
  readInput,
  type SandboxWorld,
  type Scripted,
  type SpApiAnswer,
  type SpApiCall,
  spApiOperation,
  Time,
} from './sp-api-operation';

/** Neither `createdBefore` nor `lastUpdatedBefore` may be younger (Orders 2026-01-01, `searchOrders`). */
const TWO_MINUTES = 120_000;
/** Seconds that a paginationToken is good for: 24 hours. */
const PAGINATION_TOKEN_LIFETIME = 86_400;

const SearchQuery = z
  .object({
    createdAfter: Time.optional(),
    createdBefore: Time.optional(),
    lastUpdatedAfter: Time.optional(),
    lastUpdatedBefore: Time.optional(),
    marketplaceIds: QueryList(z.string().min(1)).pipe(z.array(z.string()).min(1).max(50)),
    fulfillmentStatuses: QueryList(z.enum(ORDER_STATUSES)).optional(),
    fulfilledBy: QueryList(z.enum(['AMAZON', 'MERCHANT'])).optional(),
    maxResultsPerPage: z.coerce.number().int().min(1).max(100).default(100),
    paginationToken: z.string().optional(),
    includedData: QueryList(z.enum(INCLUDED_DATA)).optional(),
  })
  .refine(
    (query) => (query.createdAfter === undefined) !== (query.lastUpdatedAfter === undefined),
    {
      error: 'Exactly one of createdAfter and lastUpdatedAfter is required.',
    },
  )
  .refine((query) => query.createdAfter !== undefined || query.createdBefore === undefined, {
    error: 'createdBefore goes with createdAfter.',
  })
  .refine(
    (query) => query.lastUpdatedAfter !== undefined || query.lastUpdatedBefore === undefined,
    {
      error: 'lastUpdatedBefore goes with lastUpdatedAfter.',
    },
  );
type SearchQuery = z.infer<typeof SearchQuery>;

/** Orders 2026-01-01: `searchOrders`, oldest first. Orders made in bulk are left out: only reports have them. */
export function serveOrders(router: Router, world: SandboxWorld): void {
  router.get(
    '/orders/2026-01-01/orders',
    spApiOperation(world, 'searchOrders', (call) => searchOrders(world, call)),
  );
}

function searchOrders(world: SandboxWorld, call: SpApiCall): SpApiAnswer {
  const { seller, query, scripted } = call;
  const asked = readInput(SearchQuery, query);
  checkMarketplaces(seller, asked.marketplaceIds);

  const byCreation = asked.createdAfter !== undefined;
  const after = asked.createdAfter ?? asked.lastUpdatedAfter ?? 0;
  const { before, last } = placeOf(world, asked, after, scripted);
  const timeOf = (order: SandboxOrder) => (byCreation ? order.purchasedAt : order.updatedAt);

  const found = seller.orders
    .filter((order) => timeOf(order) >= after && timeOf(order) <= before)
    .filter((order) => matches(order, asked))
    .map((order): Spot => ({ order, time: timeOf(order), orderId: order.orderId }))
    .sort(compare);
  const reached = last ? found.filter((spot) => compare(spot, last) <= 0).length : 0;
  const isRepeated = last !== null && scripted(isKind('repeat_page')) !== null;
  const start = isRepeated ? Math.max(0, reached - asked.maxResultsPerPage) : reached;
  const page = found.slice(start, isRepeated ? reached : start + asked.maxResultsPerPage);
  // After the page before, it goes on where it would have.
  const end = isRepeated ? last : page.at(-1);
  const isMore = found.length > start + page.length;
  const included = new Set(asked.includedData);
  return {
    status: 200,
    body: {
      orders: page.map(({ order }) => renderSearchOrder(order, included)),
      ...(end &&
        isMore && {
          pagination: {
            nextToken: world.tokens.issue(
              'orders-page',
              JSON.stringify({
                filters: filtersOf(asked),
                before,
                last: { time: end.time, orderId: end.orderId },
              } satisfies Place),
              PAGINATION_TOKEN_LIFETIME,
            ),
          },
        }),
      [byCreation ? 'createdBefore' : 'lastUpdatedBefore']: new Date(before).toISOString(),
    },
  };
}

interface Spot {
  order: SandboxOrder;
  time: number;
  orderId: string;
}

/** By time, and of one time by id. */
function compare(a: Omit<Spot, 'order'>, b: Omit<Spot, 'order'>): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.orderId === b.orderId) return 0;
  return a.orderId < b.orderId ? -1 : 1;
}

const Place = z.object({
  filters: z.string(),
  before: z.number(),
  last: z.object({ time: z.number(), orderId: z.string() }),
});
type Place = z.infer<typeof Place>;

/** Where the page begins, and the end of the window, which stays that of the first page. */
function placeOf(
  { clock, tokens }: SandboxWorld,
  asked: SearchQuery,
  after: number,
  scripted: Scripted,
): { before: number; last: Place['last'] | null } {
  if (asked.paginationToken !== undefined) {
    const reading = tokens.read('orders-page', asked.paginationToken);
    if (reading.state !== 'live' || scripted(isKind('expired_page_token')))
      throw invalidInput('paginationToken is expired or invalid.');
    const place = Place.parse(JSON.parse(reading.data));
    if (place.filters !== filtersOf(asked))
      throw invalidInput('paginationToken belongs to a request with other filters.');
    return place;
  }
  const newest = clock.now() - TWO_MINUTES;
  const before = asked.createdBefore ?? asked.lastUpdatedBefore ?? newest;
  if (before > newest) throw invalidInput('The end must be at least two minutes in the past.');
  if (before < after) throw invalidInput('The end must not be before the start.');
  return { before, last: null };
}

/** All that a paginationToken is bound to; page size and data sets may change from page to page. */
function filtersOf(asked: SearchQuery): string {
  const { maxResultsPerPage, includedData, paginationToken, ...filters } = asked;
  return JSON.stringify(filters);
}

function matches(order: SandboxOrder, asked: SearchQuery): boolean {
  return (
    asked.marketplaceIds.includes(order.marketplaceId) &&
    (asked.fulfillmentStatuses?.some((status) => status === order.status) ?? true) &&
    (asked.fulfilledBy?.includes(order.fulfilledBy) ?? true)
  );
}
