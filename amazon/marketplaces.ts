import { MARKETPLACES, type Marketplace, marketplaceOf } from '../contract/marketplaces';
import type { Region } from '../contract/regions';

/**
 * Sales tax is no part of a price in the United States and Canada. Where VAT is charged it is: of order reports
 * Amazon states that the item price is VAT-inclusive and that the item tax has to be taken off for the amount
 * without VAT (SP-API documentation, VAT Calculation Service, "Allow Amazon to Create Invoices for You"). It
 * says so of Europe; that consumption and goods-and-services taxes elsewhere are treated alike, and shipping
 * and gift wrap like the item, is read into it.
 */
const TAX_ON_TOP: ReadonlySet<string> = new Set(['US', 'CA']);

const bySalesChannel = new Map(
  MARKETPLACES.map((marketplace) => [marketplace.name.toLowerCase(), marketplace]),
);

/**
 * The marketplace of a sales channel such as `Amazon.co.uk`, which is what order reports name; null for
 * `Non-Amazon` and unknown ones.
 */
export function marketplaceOfSalesChannel(salesChannel: string): Marketplace | null {
  return bySalesChannel.get(salesChannel.toLowerCase()) ?? null;
}

/**
 * Whether the prices of an order's lines have their tax in them in the marketplace of an id; if not, it comes on
 * top. Null when the marketplace is unknown.
 */
export function pricesIncludeTax(marketplaceId: string | null): boolean | null {
  const marketplace = marketplaceId === null ? null : marketplaceOf(marketplaceId);
  return marketplace === null ? null : !TAX_ON_TOP.has(marketplace.country);
}

/** Base URL of Amazon's production host in a region, without a slash at the end. */
export function endpointOf(region: Region): string {
  return `https://sellingpartnerapi-${region}.amazon.com`;
}
