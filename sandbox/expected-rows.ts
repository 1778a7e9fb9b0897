import { type ExpectedReturn, expectedReturns } from './expected-returns';
import { marketplaceOf } from './marketplaces';
import { decimalOf } from './money';
import { createOccurrences } from './occurrences';
import {
  type ItemAmounts,
  itemStatusOf,
  reservedOf,
  type SandboxClaim,
  type SandboxInventory,
  type SandboxOrder,
  type SandboxSeller,
  totalOf,
  unfulfillableOf,
} from './sandbox-seller';

/** Times are ISO UTC with milliseconds; amounts are decimal strings with the currency's own decimals. */
export interface ExpectedOrder {
  amazonOrderId: string;
  marketplaceId: string;
  salesChannel: string;
  purchaseDate: string;
  lastUpdated: string;
  status: string;
  fulfilledBy: string;
  isBusiness: boolean;
  /** Null, like the total, when no item has a price. */
  currency: string | null;
  total: string | null;
  /** In the order of the report, which has no item ids. */
  items: ExpectedOrderItem[];
}

export interface ExpectedOrderItem {
  sku: string;
  asin: string;
  title: string;
  quantity: number;
  /** As the report has it; `searchOrders` shows it by quantities and cancellations. */
  status: string;
  currency: string | null;
  itemPrice: string | null;
  itemTax: string | null;
  shippingPrice: string | null;
  shippingTax: string | null;
  giftWrapPrice: string | null;
  giftWrapTax: string | null;
  /** What was taken off item and shipping together, positive. */
  promotionDiscount: string | null;
}

export interface ExpectedInventory {
  marketplaceId: string;
  sku: string;
  fnsku: string;
  asin: string;
  title: string;
  condition: string;
  fulfillable: number;
  inboundWorking: number;
  inboundShipped: number;
  inboundReceiving: number;
  reserved: number;
  unfulfillable: number;
  researching: number;
  total: number;
  lastUpdated: string | null;
}

export interface ExpectedClaim {
  reimbursementId: string;
  approvalDate: string;
  caseId: string | null;
  amazonOrderId: string | null;
  reason: string;
  sku: string;
  fnsku: string;
  asin: string;
  title: string;
  condition: string;
  currency: string;
  amountPerUnit: string;
  amountTotal: string;
  quantityCash: number;
  quantityInventory: number;
  quantityTotal: number;
  originalReimbursementId: string | null;
  originalReimbursementType: string | null;
  /** Which of several lines with the same id, date, SKU, FNSKU and reason this is, from 0 in report order. */
  occurrence: number;
}

export interface ExpectedRows {
  orders: ExpectedOrder[];
  inventory: ExpectedInventory[];
  claims: ExpectedClaim[];
  returns: ExpectedReturn[];
}

/**
 * The rows that a perfect sync of the seller, as it is now, holds in the end; of bulk orders there may be too many
 * to hold, so for them see `bulkOrders` and `expectedOrder`.
 */
export function expectedRows(seller: SandboxSeller): ExpectedRows {
  return {
    orders: seller.orders.map(expectedOrder),
    inventory: seller.inventory.map(expectedInventory),
    claims: expectedClaims(seller.claims),
    returns: expectedReturns(seller.returns),
  };
}

/** The row of one order, whether the seller's list holds it or `bulkOrders` makes it. */
export function expectedOrder(order: SandboxOrder): ExpectedOrder {
  const priced = order.items.flatMap(({ amounts }) => amounts ?? []);
  const { name, pricesIncludeTax } = marketplaceOf(order.marketplaceId);
  const total = priced.reduce((sum, amounts) => sum + lineTotal(amounts, pricesIncludeTax), 0);
  return {
    amazonOrderId: order.orderId,
    marketplaceId: order.marketplaceId,
    salesChannel: name,
    purchaseDate: iso(order.purchasedAt),
    lastUpdated: iso(order.updatedAt),
    status: order.status,
    fulfilledBy: order.fulfilledBy,
    isBusiness: order.isBusiness,
    currency: priced.length > 0 ? order.currency : null,
    total: priced.length > 0 ? decimalOf(total, order.currency) : null,
    items: order.items.map((item) => {
      const { product, quantity, amounts } = item;
      const money = (minor: number | null | undefined) =>
        minor === null || minor === undefined ? null : decimalOf(minor, order.currency);
      return {
        sku: product.sku,
        asin: product.asin,
        title: product.title,
        quantity,
        status: itemStatusOf(order, item),
        currency: amounts ? order.currency : null,
        itemPrice: money(amounts?.itemPrice),
        itemTax: money(amounts?.itemTax),
        shippingPrice: money(amounts?.shippingPrice),
        shippingTax: money(amounts?.shippingTax),
        giftWrapPrice: money(amounts?.giftWrapPrice),
        giftWrapTax: money(amounts?.giftWrapTax),
        promotionDiscount: money(amounts && discountOf(amounts)),
      };
    }),
  };
}

function discountOf({ itemDiscount, shippingDiscount }: ItemAmounts): number | null {
  if (itemDiscount === null && shippingDiscount === null) return null;
  return (itemDiscount ?? 0) + (shippingDiscount ?? 0);
}

function lineTotal(amounts: ItemAmounts, pricesIncludeTax: boolean): number {
  const { itemPrice, itemTax, shippingPrice, shippingTax, giftWrapPrice, giftWrapTax } = amounts;
  const prices = [itemPrice, shippingPrice, giftWrapPrice];
  const charged = pricesIncludeTax ? prices : [...prices, itemTax, shippingTax, giftWrapTax];
  return (
    charged.reduce<number>((sum, amount) => sum + (amount ?? 0), 0) - (discountOf(amounts) ?? 0)
  );
}

function expectedInventory(stock: SandboxInventory): ExpectedInventory {
  const { marketplaceId, product, condition } = stock;
  return {
    marketplaceId,
    sku: product.sku,
    fnsku: product.fnsku,
    asin: product.asin,
    title: product.title,
    condition,
    fulfillable: stock.fulfillable,
    inboundWorking: stock.inboundWorking,
    inboundShipped: stock.inboundShipped,
    inboundReceiving: stock.inboundReceiving,
    reserved: reservedOf(stock),
    unfulfillable: unfulfillableOf(stock),
    researching: stock.researching,
    total: totalOf(stock),
    lastUpdated: stock.updatedAt === null ? null : iso(stock.updatedAt),
  };
}

function expectedClaims(claims: readonly SandboxClaim[]): ExpectedClaim[] {
  const occurrenceOf = createOccurrences();
  return claims.map((claim) => {
    const { reimbursementId, approvedAt, reason } = claim;
    const { product, currency, quantityCash, quantityInventory } = claim;
    return {
      reimbursementId,
      approvalDate: iso(approvedAt),
      caseId: claim.caseId,
      amazonOrderId: claim.orderId,
      reason,
      sku: product.sku,
      fnsku: product.fnsku,
      asin: product.asin,
      title: product.title,
      condition: claim.condition,
      currency,
      amountPerUnit: decimalOf(claim.amountPerUnit, currency),
      amountTotal: decimalOf(claim.amountTotal, currency),
      quantityCash,
      quantityInventory,
      quantityTotal: quantityCash + quantityInventory,
      originalReimbursementId: claim.originalReimbursementId,
      originalReimbursementType: claim.originalReimbursementType,
      occurrence: occurrenceOf(reimbursementId, approvedAt, product.sku, product.fnsku, reason),
    };
  });
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
