import type { Region } from '../contract/regions';

export interface Marketplace {
  id: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  region: Region;
  /** What Amazon calls the marketplace in an order: `sales-channel` in reports, `marketplaceName` in answers. */
  salesChannel: string;
  /** Whether the prices of an order's lines have their tax in them; if not, it comes on top. */
  pricesIncludeTax: boolean;
}

const LISTED: readonly Omit<Marketplace, 'pricesIncludeTax'>[] = [
  { id: 'ATVPDKIKX0DER', country: 'US', region: 'na', salesChannel: 'Amazon.com' },
  { id: 'A2EUQ1WTGCTBG2', country: 'CA', region: 'na', salesChannel: 'Amazon.ca' },
  { id: 'A1AM78C64UM0Y8', country: 'MX', region: 'na', salesChannel: 'Amazon.com.mx' },
  { id: 'A2Q3Y263D00KWC', country: 'BR', region: 'na', salesChannel: 'Amazon.com.br' },
  { id: 'A1F83G8C2ARO7P', country: 'GB', region: 'eu', salesChannel: 'Amazon.co.uk' },
  { id: 'A1PA6795UKMFR9', country: 'DE', region: 'eu', salesChannel: 'Amazon.de' },
  { id: 'A13V1IB3VIYZZH', country: 'FR', region: 'eu', salesChannel: 'Amazon.fr' },
  { id: 'APJ6JRA9NG5V4', country: 'IT', region: 'eu', salesChannel: 'Amazon.it' },
  { id: 'A1RKKUPIHCS9HS', country: 'ES', region: 'eu', salesChannel: 'Amazon.es' },
  { id: 'A1805IZSGTT6HS', country: 'NL', region: 'eu', salesChannel: 'Amazon.nl' },
  { id: 'A2NODRKZP88ZB9', country: 'SE', region: 'eu', salesChannel: 'Amazon.se' },
  { id: 'A1C3SOZRARQ6R3', country: 'PL', region: 'eu', salesChannel: 'Amazon.pl' },
  { id: 'AMEN7PMS3EDWL', country: 'BE', region: 'eu', salesChannel: 'Amazon.com.be' },
  { id: 'A28R8C7NBKEWEA', country: 'IE', region: 'eu', salesChannel: 'Amazon.ie' },
  { id: 'A33AVAJ2PDY3EV', country: 'TR', region: 'eu', salesChannel: 'Amazon.com.tr' },
  { id: 'A2VIGQ35RCS4UG', country: 'AE', region: 'eu', salesChannel: 'Amazon.ae' },
  { id: 'A17E79C6D8DWNP', country: 'SA', region: 'eu', salesChannel: 'Amazon.sa' },
  { id: 'ARBP9OOSHTCHU', country: 'EG', region: 'eu', salesChannel: 'Amazon.eg' },
  { id: 'A21TJRUUN4KGV', country: 'IN', region: 'eu', salesChannel: 'Amazon.in' },
  { id: 'AE08WJ6YKNBMC', country: 'ZA', region: 'eu', salesChannel: 'Amazon.co.za' },
  { id: 'A1VC38T7YXB528', country: 'JP', region: 'fe', salesChannel: 'Amazon.co.jp' },
  { id: 'A39IBJ37TRP1C6', country: 'AU', region: 'fe', salesChannel: 'Amazon.com.au' },
  { id: 'A19VAU5U5O7RUS', country: 'SG', region: 'fe', salesChannel: 'Amazon.sg' },
];

/**
 * Sales tax is no part of a price in the United States and Canada. Where VAT is charged it is: of order reports
 * Amazon states that the item price is VAT-inclusive and that the item tax has to be taken off for the amount
 * without VAT (SP-API documentation, VAT Calculation Service, "Allow Amazon to Create Invoices for You"). It
 * says so of Europe; that consumption and goods-and-services taxes elsewhere are treated alike, and shipping
 * and gift wrap like the item, is read into it.
 */
const TAX_ON_TOP: ReadonlySet<string> = new Set(['US', 'CA']);

/** Every marketplace of Amazon's list of marketplace ids (SP-API documentation, "Marketplace IDs"). */
export const MARKETPLACES: readonly Marketplace[] = LISTED.map((marketplace) => ({
  ...marketplace,
  pricesIncludeTax: !TAX_ON_TOP.has(marketplace.country),
}));

const byId = new Map(MARKETPLACES.map((marketplace) => [marketplace.id, marketplace]));
const bySalesChannel = new Map(
  MARKETPLACES.map((marketplace) => [marketplace.salesChannel.toLowerCase(), marketplace]),
);

/** The marketplace of an id, or null for one that the table does not know (yet). */
export function marketplaceOf(id: string): Marketplace | null {
  return byId.get(id) ?? null;
}

/** The marketplace of a sales channel such as `Amazon.co.uk`; null for `Non-Amazon` and unknown ones. */
export function marketplaceOfSalesChannel(salesChannel: string): Marketplace | null {
  return bySalesChannel.get(salesChannel.toLowerCase()) ?? null;
}

/** Whether prices have their tax in them in the marketplace of an id; null when it is unknown. */
export function pricesIncludeTax(marketplaceId: string | null): boolean | null {
  const marketplace = marketplaceId === null ? null : marketplaceOf(marketplaceId);
  return marketplace?.pricesIncludeTax ?? null;
}

/** Base URL of Amazon's production host in a region, without a slash at the end. */
export function endpointOf(region: Region): string {
  return `https://sellingpartnerapi-${region}.amazon.com`;
}
