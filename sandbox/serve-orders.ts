import type Router from '@koa/router';
import { z } from 'zod';
import { INCLUDED_DATA, renderSearchOrder } from './render-search-order';
import { ORDER_STATUSES, type SandboxOrder } from './sandbox-seller';
import { invalidInput } from './sp-api-error';
import {
  checkMarketplaces,
  QueryList,
  readInput,
  type SandboxWorld,
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

/** Orders 2026-01-01: `searchOrders`, oldest first. */
export function serveOrders(router: Router, world: SandboxWorld): void {
  router.get(
    '/orders/2026-01-01/orders',
    spApiOperation(world, 'searchOrders', (call) => searchOrders(world, call)),
  );
}

function searchOrders(world: SandboxWorld, { seller, query }: SpApiCall): SpApiAnswer {
  const asked = readInput(SearchQuery, query);
  checkMarketplaces(seller, asked.marketplaceIds);

  const byCreation = asked.createdAfter !== undefined;
  const after = asked.createdAfter ?? asked.lastUpdatedAfter ?? 0;
  const { before, last } = placeOf(world, asked, after);
  const timeOf = (order: SandboxOrder) => (byCreation ? order.purchasedAt : order.updatedAt);

  const found = seller.orders
    .filter((order) => timeOf(order) >= after && timeOf(order) <= before)
    .filter((order) => matches(order, asked))
    .map((order) => ({ order, time: timeOf(order) }))
    .filter(
      ({ order, time }) =>
        !last || time > last.time || (time === last.time && order.orderId > last.orderId),
    )
    .sort((a, b) => a.time - b.time || (a.order.orderId < b.order.orderId ? -1 : 1));

  const page = found.slice(0, asked.maxResultsPerPage);
  const end = page.at(-1);
  const included = new Set(asked.includedData);
  return {
    status: 200,
    body: {
      orders: page.map(({ order }) => renderSearchOrder(order, included)),
      ...(end &&
        found.length > page.length && {
          pagination: {
            nextToken: world.tokens.issue(
              'orders-page',
              JSON.stringify({
                filters: filtersOf(asked),
                before,
                last: { time: end.time, orderId: end.order.orderId },
              } satisfies Place),
              PAGINATION_TOKEN_LIFETIME,
            ),
          },
        }),
      [byCreation ? 'createdBefore' : 'lastUpdatedBefore']: new Date(before).toISOString(),
    },
  };
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
): { before: number; last: Place['last'] | null } {
  if (asked.paginationToken !== undefined) {
    const reading = tokens.read('orders-page', asked.paginationToken);
    if (reading.state !== 'live') throw invalidInput('paginationToken is expired or invalid.');
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
    (asked.fulfillmentStatuses?.includes(order.status) ?? true) &&
    (asked.fulfilledBy?.includes(order.fulfilledBy) ?? true)
  );
}
