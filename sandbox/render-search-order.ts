import { marketplaceOf, type SandboxMarketplace } from './marketplaces';
import { decimalOf } from './money';
import type { ItemAmounts, SandboxOrder, SandboxOrderItem } from './sandbox-seller';

export const INCLUDED_DATA = [
  'BUYER',
  'RECIPIENT',
  'PROCEEDS',
  'EXPENSE',
  'PROMOTION',
  'CANCELLATION',
  'FULFILLMENT',
  'PACKAGES',
  'TAX',
  'PAYMENT',
  'FULFILLMENT_ORDERS',
] as const;
export type IncludedData = (typeof INCLUDED_DATA)[number];

/**
 * An order as `searchOrders` answers it, with those data sets that were asked for. An order that Amazon itself
 * published stands as it is, whatever was asked for, as in Amazon's own static sandbox.
 */
export function renderSearchOrder(
  order: SandboxOrder,
  included: ReadonlySet<IncludedData>,
): Record<string, unknown> {
  if (order.published) return order.published;
  const priced = order.items.some((item) => item.amounts);
  return {
    orderId: order.orderId,
    ...(order.merchantOrderId && {
      orderAliases: [{ aliasId: order.merchantOrderId, aliasType: 'SELLER_ORDER_ID' }],
    }),
    createdTime: isoSecond(order.purchasedAt),
    lastUpdatedTime: isoSecond(order.updatedAt),
    programs: order.isBusiness ? ['AMAZON_BUSINESS'] : [],
    salesChannel: {
      channelName: 'AMAZON',
      marketplaceId: order.marketplaceId,
      marketplaceName: marketplaceOf(order.marketplaceId).name,
    },
    ...(included.has('BUYER') && {
      buyer: {
        buyerName: 'Sandbox Buyer',
        buyerEmail: `${order.orderId}@marketplace.amazon.example`,
      },
    }),
    ...(included.has('RECIPIENT') && order.shipTo && { recipient: recipientOf(order) }),
    ...(included.has('PROCEEDS') && priced && { proceeds: orderProceeds(order) }),
    ...(included.has('FULFILLMENT') && {
      fulfillment: {
        fulfillmentStatus: order.status,
        fulfilledBy: order.fulfilledBy,
        fulfillmentServiceLevel: order.serviceLevel,
      },
    }),
    orderItems: order.items.map((item) => renderItem(order, item, included)),
  };
}

function renderItem(
  order: SandboxOrder,
  { orderItemId, product, quantity, quantityShipped, isCancelled, amounts }: SandboxOrderItem,
  included: ReadonlySet<IncludedData>,
): Record<string, unknown> {
  const money = moneyIn(order.currency);
  const breakdowns = amounts ? breakdownsOf(amounts, marketplaceOf(order.marketplaceId)) : [];
  const discounted = amounts && (amounts.itemDiscount ?? amounts.shippingDiscount) !== null;
  return {
    orderItemId,
    quantityOrdered: quantity,
    product: {
      asin: product.asin,
      title: product.title,
      sellerSku: product.sku,
      condition: { conditionType: 'NEW', conditionSubtype: 'NEW' },
      ...(amounts && {
        price: {
          // In every example that Amazon published, ITEM is so many unit prices.
          unitPrice: money(sum(subtotalsOf(breakdowns, 'ITEM')) / quantity),
          ...(order.isBusiness && { priceDesignation: 'BUSINESS_PRICE' }),
        },
      }),
    },
    ...(included.has('PROCEEDS') &&
      amounts && {
        proceeds: {
          proceedsTotal: money(sum(subtotalsOf(breakdowns))),
          breakdowns: breakdowns.map(({ type, subtotal, details }) => ({
            type,
            subtotal: money(subtotal),
            ...(details && {
              detailedBreakdowns: details.map(([subtype, value]) => ({
                subtype,
                value: money(value),
              })),
            }),
          })),
        },
      }),
    ...(included.has('PROMOTION') &&
      discounted && { promotion: { breakdowns: [{ promotionId: `DEAL-${product.asin}` }] } }),
    ...(included.has('FULFILLMENT') && {
      fulfillment: {
        quantityFulfilled: quantityShipped,
        quantityUnfulfilled: isCancelled ? 0 : quantity - quantityShipped,
      },
    }),
    ...(included.has('CANCELLATION') &&
      isCancelled && {
        cancellation: {
          cancellationExecution: { cancelledBy: 'BUYER', cancelReason: 'No longer needed' },
        },
      }),
  };
}

type Part = 'ITEM' | 'SHIPPING' | 'GIFT_WRAP';

interface Breakdown {
  type: Part | 'TAX' | 'DISCOUNT';
  subtotal: number;
  /** The parts that a tax or a discount is of. */
  details: [subtype: Part, value: number][] | null;
}

function subtotalsOf(breakdowns: readonly Breakdown[], type?: Breakdown['type']): number[] {
  return breakdowns
    .filter((one) => type === undefined || one.type === type)
    .map(({ subtotal }) => subtotal);
}

/**
 * Proceeds add up to their total, so a discount is negative here, and a price that includes its tax stands
 * without it beside the tax. What was not charged has no breakdown.
 */
function breakdownsOf(
  amounts: ItemAmounts,
  { pricesIncludeTax }: Pick<SandboxMarketplace, 'pricesIncludeTax'>,
): Breakdown[] {
  const net = (price: number | null, tax: number | null) =>
    price !== null && pricesIncludeTax ? price - (tax ?? 0) : price;
  const taxes = present([
    ['ITEM', amounts.itemTax],
    ['SHIPPING', amounts.shippingTax],
    ['GIFT_WRAP', amounts.giftWrapTax],
  ]);
  const discounts = present([
    ['ITEM', amounts.itemDiscount],
    ['SHIPPING', amounts.shippingDiscount],
  ]).map(([subtype, value]): [Part, number] => [subtype, 0 - value]);
  return [
    ...present([
      ['ITEM', net(amounts.itemPrice, amounts.itemTax)],
      ['SHIPPING', net(amounts.shippingPrice, amounts.shippingTax)],
      ['GIFT_WRAP', net(amounts.giftWrapPrice, amounts.giftWrapTax)],
    ]).map(([type, subtotal]): Breakdown => ({ type, subtotal, details: null })),
    ...detailed('TAX', taxes),
    ...detailed('DISCOUNT', discounts),
  ];
}

function detailed(
  type: 'TAX' | 'DISCOUNT',
  details: [subtype: Part, value: number][],
): Breakdown[] {
  if (details.length === 0) return [];
  return [{ type, subtotal: sum(details.map(([, value]) => value)), details }];
}

function present(amounts: readonly [Part, number | null][]): [Part, number][] {
  const found: [Part, number][] = [];
  for (const [part, amount] of amounts) if (amount !== null) found.push([part, amount]);
  return found;
}

function orderProceeds({ currency, items, marketplaceId }: SandboxOrder): Record<string, unknown> {
  const money = moneyIn(currency);
  const marketplace = marketplaceOf(marketplaceId);
  const totals = new Map<Breakdown['type'], number>();
  for (const { amounts } of items)
    for (const { type, subtotal } of amounts ? breakdownsOf(amounts, marketplace) : [])
      totals.set(type, (totals.get(type) ?? 0) + subtotal);
  return {
    grandTotal: money(sum([...totals.values()])),
    breakdowns: [...totals].map(([type, subtotal]) => ({ type, subtotal: money(subtotal) })),
  };
}

function recipientOf({ shipTo }: SandboxOrder): Record<string, unknown> {
  return {
    deliveryAddress: {
      name: 'Sandbox Buyer',
      city: shipTo?.city,
      stateOrRegion: shipTo?.state,
      postalCode: shipTo?.postalCode,
      countryCode: shipTo?.country,
    },
  };
}

const moneyIn = (currencyCode: string) => (minor: number) => ({
  amount: decimalOf(minor, currencyCode),
  currencyCode,
});

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** Amazon's search writes no fractions of a second. */
function isoSecond(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
