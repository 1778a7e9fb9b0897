import { z } from 'zod';
import { marketplaceOf } from '../contract/marketplaces';
import type { ApiAnswer, CallApi } from './api-client';
import { MalformedAnswer } from './errors';
import { pricesIncludeTax } from './marketplaces';
import type { AmazonOrder, AmazonOrderItem } from './order';
import { currencyAndTotal } from './order-total';
import { fulfilledByWord, statusWord } from './order-words';
import { SearchedItem, searchedItem } from './searched-item';
import { UtcTime } from './times';

/** Times are ISO UTC. Exactly one of `createdAfter` and `lastUpdatedAfter` is given. */
export interface OrdersQuery {
  /** At most 50. */
  marketplaceIds: readonly string[];
  createdAfter?: string;
  lastUpdatedAfter?: string;
  /** Goes with `createdAfter`; at least two minutes ago, as is `lastUpdatedBefore` with the other. */
  createdBefore?: string;
  lastUpdatedBefore?: string;
  /** Of the page before, sent with the same filters; good for 24 hours. */
  paginationToken?: string;
}

export interface OrdersPage {
  orders: AmazonOrder[];
  nextToken: string | null;
  /** Everything updated before this time is in: where the next search by update begins. */
  lastUpdatedBefore: string | null;
  createdBefore: string | null;
}

const Order = z.object({
  orderId: z.string().min(1),
  createdTime: UtcTime,
  lastUpdatedTime: UtcTime,
  programs: z.array(z.string()).nullish(),
  salesChannel: z.object({
    marketplaceId: z.string().nullish(),
    marketplaceName: z.string().nullish(),
  }),
  fulfillment: z
    .object({ fulfillmentStatus: z.string().min(1), fulfilledBy: z.string().nullish() })
    .nullish(),
  orderItems: z.array(SearchedItem),
});

const Orders = z.object({
  orders: z.array(Order),
  pagination: z.object({ nextToken: z.string().nullish() }).nullish(),
  lastUpdatedBefore: UtcTime.nullish(),
  createdBefore: UtcTime.nullish(),
});

// PROCEEDS has the amounts, FULFILLMENT the statuses, CANCELLATION tells a cancelled line of a shipped order.
// PROMOTION holds ids only, and BUYER and RECIPIENT are personal data that nobody here needs.
const INCLUDED_DATA = 'PROCEEDS,FULFILLMENT,CANCELLATION';

/** One page of orders, 100 at most. */
export async function searchOrders(
  call: CallApi,
  { marketplaceIds, ...filters }: OrdersQuery,
  signal: AbortSignal,
): Promise<OrdersPage> {
  const answer = await call(
    {
      operation: 'searchOrders',
      path: '/orders/2026-01-01/orders',
      query: {
        ...filters,
        marketplaceIds: marketplaceIds.join(','),
        maxResultsPerPage: '100',
        includedData: INCLUDED_DATA,
      },
      paged: filters.paginationToken !== undefined,
      answer: Orders,
    },
    signal,
  );
  const { value } = answer;
  return {
    orders: value.orders.map((order) => orderOf(order, answer)),
    nextToken: value.pagination?.nextToken || null,
    lastUpdatedBefore: value.lastUpdatedBefore ?? null,
    createdBefore: value.createdBefore ?? null,
  };
}

function orderOf(order: z.infer<typeof Order>, { requestId }: ApiAnswer<unknown>): AmazonOrder {
  const { salesChannel, fulfillment } = order;
  const marketplaceId = salesChannel.marketplaceId || null;
  const status = fulfillment ? statusWord(fulfillment.fulfillmentStatus) : 'UNKNOWN';
  const taxIncluded = pricesIncludeTax(marketplaceId);
  const items = order.orderItems.map((item): AmazonOrderItem => {
    const read = searchedItem(item, status, taxIncluded);
    if (read !== null) return read;
    const occasion = { operation: 'searchOrders', requestId, status: 200 } as const;
    throw new MalformedAnswer(occasion, 'searchOrders: an item has amounts in two currencies');
  });
  return {
    amazonOrderId: order.orderId,
    marketplaceId,
    salesChannel:
      salesChannel.marketplaceName || (marketplaceId && marketplaceOf(marketplaceId)?.name) || null,
    purchaseDate: order.createdTime,
    lastUpdated: order.lastUpdatedTime,
    status,
    fulfilledBy: fulfillment?.fulfilledBy ? fulfilledByWord(fulfillment.fulfilledBy) : null,
    // Programs that do not apply are not listed.
    isBusiness: order.programs?.includes('AMAZON_BUSINESS') ?? false,
    ...currencyAndTotal(items, taxIncluded),
    items,
  };
}
