import type { Region } from '../contract/regions';

export const ORDER_STATUSES = [
  'PENDING_AVAILABILITY',
  'PENDING',
  'UNSHIPPED',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'CANCELLED',
  'UNFULFILLABLE',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/**
 * What is true of a seller, in one neutral form from which every answer and every report is rendered, so that two
 * sources never disagree on an order.
 *
 * The lists may change while the sandbox runs. What they hold may not: to change an order, put a new object in
 * its place, since a report that is done keeps the orders it saw.
 */
export interface SandboxSeller {
  readonly sellerId: string;
  readonly refreshToken: string;
  readonly region: Region;
  readonly marketplaceIds: readonly string[];
  orders: SandboxOrder[];
  inventory: SandboxInventory[];
  claims: SandboxClaim[];
  returns: SandboxReturn[];
  /** What new orders and claims are made of; empty where nothing new can be made. */
  readonly catalog: readonly CatalogProduct[];
  /** Further orders, too many to be held: see `bulkOrders`. */
  readonly bulk: BulkPlan | null;
}

export interface BulkPlan {
  readonly seed: number;
  readonly orders: number;
  /** Epoch milliseconds between which they are purchased. */
  readonly from: number;
  readonly to: number;
}

export interface SandboxProduct {
  readonly sku: string;
  readonly fnsku: string;
  readonly asin: string;
  readonly title: string;
}

/** A product with the price from which those of every marketplace are derived. */
export interface CatalogProduct extends SandboxProduct {
  readonly usdCents: number;
}

/** Times are epoch milliseconds of whole seconds, as precise as Amazon's own. */
export interface SandboxOrder {
  readonly orderId: string;
  readonly merchantOrderId: string | null;
  readonly marketplaceId: string;
  readonly purchasedAt: number;
  readonly updatedAt: number;
  /** One of ORDER_STATUSES, but for an order to which Amazon gave a word that is new. */
  readonly status: string;
  readonly fulfilledBy: 'AMAZON' | 'MERCHANT';
  /** STANDARD, EXPEDITED … */
  readonly serviceLevel: string;
  readonly isBusiness: boolean;
  readonly currency: string;
  readonly shipTo: ShipTo | null;
  readonly items: readonly SandboxOrderItem[];
  /** The order as Amazon published it; searches answer it unchanged. Null for a generated order. */
  readonly published: Readonly<Record<string, unknown>> | null;
}

export interface ShipTo {
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
}

export interface SandboxOrderItem {
  readonly orderItemId: string;
  readonly product: Omit<SandboxProduct, 'fnsku'>;
  readonly quantity: number;
  readonly quantityShipped: number;
  /** Of an order that was cancelled, or this line alone. */
  readonly isCancelled: boolean;
  /** Null where Amazon has no price yet (pending) or none any more. */
  readonly amounts: ItemAmounts | null;
}

/**
 * Amounts of the whole line in the smallest unit of the order's currency; null where nothing was charged. Prices
 * are as order reports state them: with their tax, but in the US and Canada, where it comes on top.
 */
export interface ItemAmounts {
  readonly itemPrice: number;
  readonly itemTax: number | null;
  readonly shippingPrice: number | null;
  readonly shippingTax: number | null;
  readonly giftWrapPrice: number | null;
  readonly giftWrapTax: number | null;
  /** Discounts are positive: they are what was taken off. */
  readonly itemDiscount: number | null;
  readonly shippingDiscount: number | null;
}

export interface SandboxInventory {
  readonly marketplaceId: string;
  readonly product: SandboxProduct;
  readonly condition: string;
  readonly fulfillable: number;
  readonly inboundWorking: number;
  readonly inboundShipped: number;
  readonly inboundReceiving: number;
  readonly reserved: {
    readonly customerOrders: number;
    readonly transshipment: number;
    readonly processing: number;
  };
  readonly unfulfillable: { readonly customerDamaged: number; readonly defective: number };
  readonly researching: number;
  /** Null is what Amazon writes as an empty `lastUpdatedTime`. */
  readonly updatedAt: number | null;
}

export interface SandboxClaim {
  readonly reimbursementId: string;
  readonly approvedAt: number;
  readonly caseId: string | null;
  readonly orderId: string | null;
  readonly reason: string;
  readonly product: SandboxProduct;
  readonly condition: string;
  readonly currency: string;
  /** In the smallest unit of the currency; the total of a reversal is negative. */
  readonly amountPerUnit: number;
  readonly amountTotal: number;
  readonly quantityCash: number;
  readonly quantityInventory: number;
  readonly originalReimbursementId: string | null;
  readonly originalReimbursementType: string | null;
}

export interface SandboxReturn {
  readonly returnedAt: number;
  readonly orderId: string;
  readonly product: SandboxProduct;
  readonly quantity: number;
  readonly fulfillmentCenterId: string;
  readonly disposition: string;
  readonly reason: string;
  /** Null until Amazon has decided what becomes of the unit. */
  readonly status: string | null;
  readonly licensePlateNumber: string | null;
  /** The buyer's own words. */
  readonly comments: string | null;
}

/** Units that Amazon has set aside. */
export function reservedOf({ reserved }: SandboxInventory): number {
  return reserved.customerOrders + reserved.transshipment + reserved.processing;
}

export function unfulfillableOf({ unfulfillable }: SandboxInventory): number {
  return unfulfillable.customerDamaged + unfulfillable.defective;
}

/** Every unit that is inbound or in a fulfilment centre, as Amazon defines `totalQuantity`. */
export function totalOf(stock: SandboxInventory): number {
  return (
    stock.fulfillable +
    stock.inboundWorking +
    stock.inboundShipped +
    stock.inboundReceiving +
    reservedOf(stock) +
    unfulfillableOf(stock) +
    stock.researching
  );
}

/** The state of one line: that of the order, unless the line was cancelled or the order is shipped in part. */
export function itemStatusOf(order: SandboxOrder, item: SandboxOrderItem): string {
  if (item.isCancelled) return 'CANCELLED';
  if (order.status !== 'PARTIALLY_SHIPPED') return order.status;
  if (item.quantityShipped === 0) return 'UNSHIPPED';
  return item.quantityShipped < item.quantity ? 'PARTIALLY_SHIPPED' : 'SHIPPED';
}
