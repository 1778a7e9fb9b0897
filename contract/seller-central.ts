import { MARKETPLACES, marketplaceOf } from './marketplaces';
import type { Region } from './regions';

const EUROPE = 'sellercentral-europe.amazon.com';

/** Seller Central's host by the country of a marketplace (SP-API documentation, "Seller Central URLs"). */
const HOSTS: Readonly<Record<string, string>> = {
  US: 'sellercentral.amazon.com',
  CA: 'sellercentral.amazon.ca',
  MX: 'sellercentral.amazon.com.mx',
  BR: 'sellercentral.amazon.com.br',
  GB: EUROPE,
  DE: EUROPE,
  FR: EUROPE,
  IT: EUROPE,
  ES: EUROPE,
  NL: 'sellercentral.amazon.nl',
  SE: 'sellercentral.amazon.se',
  PL: 'sellercentral.amazon.pl',
  BE: 'sellercentral.amazon.com.be',
  IE: 'sellercentral.amazon.ie',
  TR: 'sellercentral.amazon.com.tr',
  AE: 'sellercentral.amazon.ae',
  SA: 'sellercentral.amazon.sa',
  EG: 'sellercentral.amazon.eg',
  IN: 'sellercentral.amazon.in',
  ZA: 'sellercentral.amazon.co.za',
  JP: 'sellercentral.amazon.co.jp',
  AU: 'sellercentral.amazon.com.au',
  SG: 'sellercentral.amazon.sg',
};

/** Further hosts of Seller Central, which Amazon leads sellers of these countries to as well. */
const MORE_HOSTS: Readonly<Record<string, Region>> = {
  'sellercentral.amazon.co.uk': 'eu',
  'sellercentral.amazon.de': 'eu',
  'sellercentral.amazon.fr': 'eu',
  'sellercentral.amazon.it': 'eu',
  'sellercentral.amazon.es': 'eu',
  'sellercentral-japan.amazon.com': 'fe',
};

/** Where a seller of a region signs in whose marketplace is unknown. */
const REGION_HOSTS: Record<Region, string> = {
  na: 'sellercentral.amazon.com',
  eu: EUROPE,
  fe: 'sellercentral.amazon.co.jp',
};

const regions: ReadonlyMap<string, Region> = new Map([
  ...Object.entries(MORE_HOSTS),
  ...MARKETPLACES.flatMap(({ country, region }): [string, Region][] => {
    const host = HOSTS[country];
    return host === undefined ? [] : [[host, region]];
  }),
]);

/** The host of the consent page for a marketplace, or for a region where no marketplace was named. */
export function sellerCentralHost(region: Region, marketplaceId?: string): string {
  const marketplace = marketplaceId === undefined ? null : marketplaceOf(marketplaceId);
  return HOSTS[marketplace?.country ?? ''] ?? REGION_HOSTS[region];
}

/** The region of one of Seller Central's hosts, compared exactly; null for every other host. */
export function regionOfSellerCentral(host: string): Region | null {
  return regions.get(host) ?? null;
}
