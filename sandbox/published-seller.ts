import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Region } from '../contract/regions';
import { marketplaceOf } from './marketplaces';
import { minorOf } from './money';
import {
  type ItemAmounts,
  ORDER_STATUSES,
  type SandboxOrder,
  type SandboxOrderItem,
  type SandboxSeller,
} from './sandbox-seller';

export const PublishedSellerSpec = z.strictObject({
  kind: z.literal('published'),
  /** The folder that holds Amazon's API models, among them `orders_2026-01-01.json`. */
  modelsDir: z.string().min(1),
  sellerId: z.string().min(1).optional(),
  refreshToken: z.string().min(1).optional(),
  /** Default `na`. The examples are from marketplaces of all regions; here one account has them all. */
  region: Region.optional(),
});
export type PublishedSellerSpec = z.infer<typeof PublishedSellerSpec>;

const Money = z.object({ amount: z.string(), currencyCode: z.string() });
const Breakdown = z.object({
  type: z.string(),
  subtotal: Money,
  detailedBreakdowns: z.array(z.object({ subtype: z.string(), value: Money })).default([]),
});
type Breakdown = z.infer<typeof Breakdown>;

const PublishedItem = z.object({
  orderItemId: z.string(),
  quantityOrdered: z.number().int(),
  product: z.object({
    asin: z.string(),
    title: z.string(),
    sellerSku: z.string(),
    price: z.object({ unitPrice: Money }),
  }),
  proceeds: z.object({ breakdowns: z.array(Breakdown) }),
  fulfillment: z.object({ quantityFulfilled: z.number().int() }),
  cancellation: z.object({ cancellationExecution: z.unknown() }).optional(),
});
type PublishedItem = z.infer<typeof PublishedItem>;

const PublishedOrder = z.object({
  orderId: z.string(),
  orderAliases: z.array(z.object({ aliasId: z.string() })).default([]),
  createdTime: z.iso.datetime(),
  lastUpdatedTime: z.iso.datetime(),
  programs: z.array(z.string()).default([]),
  salesChannel: z.object({ marketplaceId: z.string() }),
  recipient: z
    .object({
      deliveryAddress: z.object({
        city: z.string(),
        stateOrRegion: z.string().default(''),
        postalCode: z.string(),
        countryCode: z.string(),
      }),
    })
    .optional(),
  fulfillment: z.object({
    fulfillmentStatus: z.enum(ORDER_STATUSES),
    fulfilledBy: z.enum(['AMAZON', 'MERCHANT']),
    fulfillmentServiceLevel: z.string(),
  }),
  orderItems: z.array(PublishedItem).min(1),
});

const Raw = z.record(z.string(), z.unknown());
/** What an operation answers: in `examples` of the response, and as static cases of Amazon's own sandbox. */
const Answer = z.object({ orders: z.array(Raw).default([]), order: Raw.optional() });
const OrdersModel = z.object({
  paths: z.record(
    z.string(),
    z.object({
      get: z
        .object({
          responses: z.object({
            200: z.object({
              examples: z.record(z.string(), Answer).default({}),
              'x-amzn-api-sandbox': z
                .object({ static: z.array(z.object({ response: Answer })) })
                .default({ static: [] }),
            }),
          }),
        })
        .optional(),
    }),
  ),
});

/**
 * A seller made of the orders that Amazon publishes as examples of `searchOrders` and `getOrder`, each as it
 * stands there; an order id that occurs twice counts as it occurs first. Amazon publishes no inventory summaries
 * and no reimbursements, so there are none. Orders dated after `now` (epoch milliseconds) have not happened yet
 * and are left out.
 */
export async function publishedSeller(
  spec: PublishedSellerSpec,
  now: number,
): Promise<SandboxSeller> {
  const file = join(spec.modelsDir, 'orders_2026-01-01.json');
  const model = OrdersModel.parse(JSON.parse(await readFile(file, 'utf8')));
  const answers = Object.values(model.paths).flatMap(({ get }) => {
    const ok = get?.responses[200];
    if (!ok) return [];
    const cases = ok['x-amzn-api-sandbox'].static.map(({ response }) => response);
    return [...Object.values(ok.examples), ...cases];
  });

  const orders = new Map<string, SandboxOrder>();
  for (const { orders: list, order } of answers)
    for (const raw of order ? [...list, order] : list) {
      const read = orderOf(raw);
      if (read.updatedAt <= now && !orders.has(read.orderId)) orders.set(read.orderId, read);
    }

  return {
    sellerId: spec.sellerId ?? 'APUBLISHEDEXAMPLES',
    refreshToken: spec.refreshToken ?? 'Atzr|sandbox-seller-published',
    region: spec.region ?? 'na',
    marketplaceIds: [...new Set([...orders.values()].map(({ marketplaceId }) => marketplaceId))],
    orders: [...orders.values()],
    inventory: [],
    claims: [],
    returns: [],
    catalog: [],
    bulk: null,
  };
}

function orderOf(raw: Record<string, unknown>): SandboxOrder {
  const order = PublishedOrder.parse(raw);
  const address = order.recipient?.deliveryAddress;
  const { pricesIncludeTax } = marketplaceOf(order.salesChannel.marketplaceId);
  return {
    orderId: order.orderId,
    merchantOrderId: order.orderAliases[0]?.aliasId ?? null,
    marketplaceId: order.salesChannel.marketplaceId,
    purchasedAt: Date.parse(order.createdTime),
    updatedAt: Date.parse(order.lastUpdatedTime),
    status: order.fulfillment.fulfillmentStatus,
    fulfilledBy: order.fulfillment.fulfilledBy,
    serviceLevel: order.fulfillment.fulfillmentServiceLevel,
    isBusiness: order.programs.includes('AMAZON_BUSINESS'),
    currency: order.orderItems[0]?.product.price.unitPrice.currencyCode ?? 'USD',
    shipTo: address
      ? {
          city: address.city,
          state: address.stateOrRegion,
          postalCode: address.postalCode,
          country: address.countryCode,
        }
      : null,
    items: order.orderItems.map((item) => itemOf(item, pricesIncludeTax)),
    published: raw,
  };
}

function itemOf(
  { orderItemId, product, quantityOrdered, proceeds, fulfillment, cancellation }: PublishedItem,
  pricesIncludeTax: boolean,
): SandboxOrderItem {
  return {
    orderItemId,
    product: { sku: product.sellerSku, asin: product.asin, title: product.title },
    quantity: quantityOrdered,
    quantityShipped: fulfillment.quantityFulfilled,
    // One example is both shipped and cancelled; what was done last counts.
    isCancelled: cancellation?.cancellationExecution !== undefined,
    amounts: amountsOf(proceeds.breakdowns, pricesIncludeTax),
  };
}

/**
 * In the examples the breakdowns of a line add up to its proceeds with TAX as one of them, so the others are
 * without it; a report would state them with it where prices include tax.
 */
function amountsOf(
  breakdowns: readonly Breakdown[],
  pricesIncludeTax: boolean,
): ItemAmounts | null {
  const minor = ({ amount, currencyCode }: z.infer<typeof Money>) => minorOf(amount, currencyCode);
  const find = (type: string) => breakdowns.find((breakdown) => breakdown.type === type);
  const subtotal = (type: string) => {
    const found = find(type);
    return found ? minor(found.subtotal) : null;
  };
  const detail = (type: string, subtype: string) => {
    const found = find(type)?.detailedBreakdowns.find((one) => one.subtype === subtype);
    return found ? minor(found.value) : null;
  };
  const discount = (subtype: string) => {
    const amount = detail('DISCOUNT', subtype);
    return amount === null ? null : Math.abs(amount);
  };

  const itemPrice = subtotal('ITEM');
  if (itemPrice === null) return null;
  const taxInDetail = (find('TAX')?.detailedBreakdowns.length ?? 0) > 0;
  // A tax that is not broken down further is that of the item.
  const itemTax = taxInDetail ? detail('TAX', 'ITEM') : subtotal('TAX');
  const shippingPrice = subtotal('SHIPPING');
  const shippingTax = detail('TAX', 'SHIPPING');
  const giftWrapPrice = subtotal('GIFT_WRAP');
  const giftWrapTax = detail('TAX', 'GIFT_WRAP');
  const stated = (net: number, tax: number | null) => (pricesIncludeTax ? net + (tax ?? 0) : net);
  return {
    itemPrice: stated(itemPrice, itemTax),
    itemTax,
    shippingPrice: shippingPrice === null ? null : stated(shippingPrice, shippingTax),
    shippingTax,
    giftWrapPrice: giftWrapPrice === null ? null : stated(giftWrapPrice, giftWrapTax),
    giftWrapTax,
    itemDiscount: discount('ITEM'),
    shippingDiscount: discount('SHIPPING'),
  };
}
