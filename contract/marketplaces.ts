import type { Region } from './regions';

export interface Marketplace {
  id: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  region: Region;
  /** What people call it, and what Amazon calls it in an order: `Amazon.de`. */
  name: string;
}

/** Every marketplace of Amazon's list (SP-API documentation, "Marketplace IDs"). */
export const MARKETPLACES: readonly Marketplace[] = [
  { id: 'ATVPDKIKX0DER', country: 'US', region: 'na', name: 'Amazon.com' },
  { id: 'A2EUQ1WTGCTBG2', country: 'CA', region: 'na', name: 'Amazon.ca' },
  { id: 'A1AM78C64UM0Y8', country: 'MX', region: 'na', name: 'Amazon.com.mx' },
  { id: 'A2Q3Y263D00KWC', country: 'BR', region: 'na', name: 'Amazon.com.br' },
  { id: 'A1F83G8C2ARO7P', country: 'GB', region: 'eu', name: 'Amazon.co.uk' },
  { id: 'A1PA6795UKMFR9', country: 'DE', region: 'eu', name: 'Amazon.de' },
  { id: 'A13V1IB3VIYZZH', country: 'FR', region: 'eu', name: 'Amazon.fr' },
  { id: 'APJ6JRA9NG5V4', country: 'IT', region: 'eu', name: 'Amazon.it' },
  { id: 'A1RKKUPIHCS9HS', country: 'ES', region: 'eu', name: 'Amazon.es' },
  { id: 'A1805IZSGTT6HS', country: 'NL', region: 'eu', name: 'Amazon.nl' },
  { id: 'A2NODRKZP88ZB9', country: 'SE', region: 'eu', name: 'Amazon.se' },
  { id: 'A1C3SOZRARQ6R3', country: 'PL', region: 'eu', name: 'Amazon.pl' },
  { id: 'AMEN7PMS3EDWL', country: 'BE', region: 'eu', name: 'Amazon.com.be' },
  { id: 'A28R8C7NBKEWEA', country: 'IE', region: 'eu', name: 'Amazon.ie' },
  { id: 'A33AVAJ2PDY3EV', country: 'TR', region: 'eu', name: 'Amazon.com.tr' },
  { id: 'A2VIGQ35RCS4UG', country: 'AE', region: 'eu', name: 'Amazon.ae' },
  { id: 'A17E79C6D8DWNP', country: 'SA', region: 'eu', name: 'Amazon.sa' },
  { id: 'ARBP9OOSHTCHU', country: 'EG', region: 'eu', name: 'Amazon.eg' },
  { id: 'A21TJRUUN4KGV', country: 'IN', region: 'eu', name: 'Amazon.in' },
  { id: 'AE08WJ6YKNBMC', country: 'ZA', region: 'eu', name: 'Amazon.co.za' },
  { id: 'A1VC38T7YXB528', country: 'JP', region: 'fe', name: 'Amazon.co.jp' },
  { id: 'A39IBJ37TRP1C6', country: 'AU', region: 'fe', name: 'Amazon.com.au' },
  { id: 'A19VAU5U5O7RUS', country: 'SG', region: 'fe', name: 'Amazon.sg' },
];

const byId = new Map(MARKETPLACES.map((marketplace) => [marketplace.id, marketplace]));

/** The marketplace of an id, or null for one that the table does not know (yet). */
export function marketplaceOf(id: string): Marketplace | null {
  return byId.get(id) ?? null;
}

/** Names for people, in the order of the ids. */
export function marketplaceNames(ids: readonly string[]): string {
  return ids.map((id) => marketplaceOf(id)?.name ?? id).join(', ');
}
