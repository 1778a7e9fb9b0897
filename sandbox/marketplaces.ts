import type { Region } from '../contract/regions';
import { Refusal } from './refusal';

export interface SandboxMarketplace {
  readonly id: string;
  readonly region: Region;
  readonly country: string;
  /** As `salesChannel.marketplaceName` and the report column sales-channel have it. */
  readonly name: string;
  readonly currency: string;
  readonly language: string;
  /** What one US dollar is about worth, so that generated prices look right. */
  readonly perDollar: number;
  /** The usual tax in percent of the price without it. */
  readonly taxRate: number;
  /** Whether buyers see, and order reports state, prices with the tax in them; in the US and Canada it comes on top. */
  readonly pricesIncludeTax: boolean;
  /** How order ids of this marketplace begin. */
  readonly orderPrefix: string;
  /** Where generated orders are shipped to. */
  readonly places: readonly [city: string, state: string, postalCode: string][];
}

type Row = readonly [
  id: string,
  country: string,
  name: string,
  currency: string,
  language: string,
  perDollar: number,
  taxRate: number,
  orderPrefix: string,
  ...places: [city: string, state: string, postalCode: string][],
];

const NA: readonly Row[] = [
  [
    'ATVPDKIKX0DER',
    'US',
    'Amazon.com',
    'USD',
    'en_US',
    1,
    8.25,
    '113',
    ['Seattle', 'WA', '98101'],
    ['Austin', 'TX', '78701-1234'],
  ],
  [
    'A2EUQ1WTGCTBG2',
    'CA',
    'Amazon.ca',
    'CAD',
    'en_CA',
    1.36,
    13,
    '701',
    ['Montréal', 'QC', 'H2Y 1C6'],
    ['Toronto', 'ON', 'M5V 2T6'],
  ],
  [
    'A1AM78C64UM0Y8',
    'MX',
    'Amazon.com.mx',
    'MXN',
    'es_MX',
    18.5,
    16,
    '702',
    ['Ciudad de México', 'CDMX', '06000'],
    ['Mérida', 'Yucatán', '97000'],
  ],
  [
    'A2Q3Y263D00KWC',
    'BR',
    'Amazon.com.br',
    'BRL',
    'pt_BR',
    5.4,
    0,
    '171',
    ['São Paulo', 'SP', '01234-567'],
  ],
];
const EU: readonly Row[] = [
  [
    'A1F83G8C2ARO7P',
    'GB',
    'Amazon.co.uk',
    'GBP',
    'en_GB',
    0.79,
    20,
    '202',
    ['London', '', 'SW1A 1AA'],
    ['Leeds', 'West Yorkshire', 'LS1 4AP'],
  ],
  [
    'A1PA6795UKMFR9',
    'DE',
    'Amazon.de',
    'EUR',
    'de_DE',
    0.92,
    19,
    '302',
    ['München', 'Bayern', '80331'],
    ['Köln', '', '50667'],
  ],
  ['A13V1IB3VIYZZH', 'FR', 'Amazon.fr', 'EUR', 'fr_FR', 0.92, 20, '403', ['Besançon', '', '25000']],
  ['APJ6JRA9NG5V4', 'IT', 'Amazon.it', 'EUR', 'it_IT', 0.92, 22, '405', ['Forlì', 'FC', '47121']],
  [
    'A1RKKUPIHCS9HS',
    'ES',
    'Amazon.es',
    'EUR',
    'es_ES',
    0.92,
    21,
    '404',
    ['A Coruña', 'Galicia', '15001'],
  ],
  [
    'A1805IZSGTT6HS',
    'NL',
    'Amazon.nl',
    'EUR',
    'nl_NL',
    0.92,
    21,
    '408',
    ['Utrecht', '', '3511 AA'],
  ],
  [
    'A2NODRKZP88ZB9',
    'SE',
    'Amazon.se',
    'SEK',
    'sv_SE',
    10.5,
    25,
    '407',
    ['Göteborg', '', '411 03'],
  ],
  ['A1C3SOZRARQ6R3', 'PL', 'Amazon.pl', 'PLN', 'pl_PL', 4, 23, '406', ['Łódź', '', '90-001']],
  ['AMEN7PMS3EDWL', 'BE', 'Amazon.com.be', 'EUR', 'nl_BE', 0.92, 21, '409', ['Liège', '', '4000']],
  [
    'A28R8C7NBKEWEA',
    'IE',
    'Amazon.ie',
    'EUR',
    'en_IE',
    0.92,
    23,
    '204',
    ['Dublin', '', 'D02 X285'],
  ],
  [
    'A33AVAJ2PDY3EV',
    'TR',
    'Amazon.com.tr',
    'TRY',
    'tr_TR',
    33,
    20,
    '028',
    ['İstanbul', '', '34430'],
  ],
  ['A2VIGQ35RCS4UG', 'AE', 'Amazon.ae', 'AED', 'en_AE', 3.67, 5, '407', ['Dubai', '', '']],
  ['A17E79C6D8DWNP', 'SA', 'Amazon.sa', 'SAR', 'ar_SA', 3.75, 15, '402', ['الرياض', '', '12211']],
  ['ARBP9OOSHTCHU', 'EG', 'Amazon.eg', 'EGP', 'ar_EG', 48, 14, '401', ['القاهرة', '', '11511']],
  [
    'A21TJRUUN4KGV',
    'IN',
    'Amazon.in',
    'INR',
    'en_IN',
    84,
    18,
    '408',
    ['BENGALURU', 'KARNATAKA', '560001'],
  ],
  [
    'AE08WJ6YKNBMC',
    'ZA',
    'Amazon.co.za',
    'ZAR',
    'en_ZA',
    18,
    15,
    '410',
    ['Cape Town', 'Western Cape', '8001'],
  ],
];
const FE: readonly Row[] = [
  [
    'A1VC38T7YXB528',
    'JP',
    'Amazon.co.jp',
    'JPY',
    'ja_JP',
    150,
    10,
    '250',
    ['渋谷区', '東京都', '150-0002'],
  ],
  [
    'A39IBJ37TRP1C6',
    'AU',
    'Amazon.com.au',
    'AUD',
    'en_AU',
    1.5,
    10,
    '249',
    ['Sydney', 'NSW', '2000'],
  ],
  [
    'A19VAU5U5O7RUS',
    'SG',
    'Amazon.sg',
    'SGD',
    'en_SG',
    1.34,
    9,
    '503',
    ['Singapore', '', '018956'],
  ],
];

const inRegion = (region: Region, rows: readonly Row[]) =>
  rows.map(
    ([id, country, name, currency, language, perDollar, taxRate, orderPrefix, ...places]) =>
      [
        id,
        {
          id,
          region,
          country,
          name,
          currency,
          language,
          perDollar,
          taxRate,
          pricesIncludeTax: country !== 'US' && country !== 'CA',
          orderPrefix,
          places,
        },
      ] as const,
  );

const MARKETPLACES: ReadonlyMap<string, SandboxMarketplace> = new Map([
  ...inRegion('na', NA),
  ...inRegion('eu', EU),
  ...inRegion('fe', FE),
]);

/** Throws when Amazon has no such marketplace. */
export function marketplaceOf(id: string): SandboxMarketplace {
  const marketplace = MARKETPLACES.get(id);
  if (!marketplace) throw new Refusal(`Amazon has no marketplace ${id}`);
  return marketplace;
}
