/** An order, the same from a report as from a search. Nothing in it is about the buyer. */
export interface AmazonOrder {
  amazonOrderId: string;
  /** Null for a sales channel that is no known marketplace. */
  marketplaceId: string | null;
  /** `Amazon.com` and the like. */
  salesChannel: string | null;
  /** ISO UTC, as is `lastUpdated`. */
  purchaseDate: string;
  lastUpdated: string;
  /**
   * PENDING, UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED, CANCELLED, UNFULFILLABLE or PENDING_AVAILABILITY;
   * words that Amazon adds are kept, and UNKNOWN stands for none at all.
   */
  status: string;
  /** AMAZON, MERCHANT or a word that Amazon adds. */
  fulfilledBy: string | null;
  isBusiness: boolean | null;
  currency: string | null;
  /**
   * Exact sum of what the items cost with their taxes, less their discounts; null when no item has a price
   * (pending), and for an unknown marketplace when there is tax, which may or may not be in the prices.
   */
  total: string | null;
  items: AmazonOrderItem[];
}

/**
 * One line of an order. Amounts are decimal strings for the whole line, not per unit. The prices have their taxes
 * in them but in the United States and Canada, where the taxes come on top (`pricesIncludeTax`).
 */
export interface AmazonOrderItem {
  /** Reports have none. */
  orderItemId: string | null;
  sku: string | null;
  asin: string | null;
  title: string | null;
  quantity: number;
  status: string | null;
  /** Null when the line has no amount. */
  currency: string | null;
  itemPrice: string | null;
  itemTax: string | null;
  shippingPrice: string | null;
  shippingTax: string | null;
  giftWrapPrice: string | null;
  giftWrapTax: string | null;
  /** Of item and shipping together; what is taken off, so never negative. With its tax like the prices. */
  promotionDiscount: string | null;
}
