import {
  endpointOf,
  marketplaceOfSalesChannel,
  pricesIncludeTax,
} from '../../../amazon/marketplaces';
import { MARKETPLACES, marketplaceOf } from '../../../contract/marketplaces';
import { type LocalAmazon, never, sendJson, startLocalAmazon } from './local-amazon';

test('every marketplace is found by its id and by its sales channel', () => {
  for (const marketplace of MARKETPLACES) {
    expect(marketplaceOf(marketplace.id)).toBe(marketplace);
    expect(marketplaceOfSalesChannel(marketplace.name.toUpperCase())).toBe(marketplace);
  }
  expect(marketplaceOf('A0')).toBeNull();
  expect(marketplaceOfSalesChannel('Non-Amazon')).toBeNull();
  expect(endpointOf('fe')).toBe('https://sellingpartnerapi-fe.amazon.com');
});

test('tax comes on top of prices in the United States and Canada only', () => {
  const onTop = MARKETPLACES.filter(({ id }) => !pricesIncludeTax(id));
  expect(onTop.map(({ country }) => country)).toEqual(['US', 'CA']);
  expect([pricesIncludeTax('A0'), pricesIncludeTax(null)]).toEqual([null, null]);
});

describe('where a seller sells', () => {
  let local: LocalAmazon;
  afterEach(() => local.close());

  test('is read with suspended marketplaces', async () => {
    const marketplace = {
      id: 'ATVPDKIKX0DER',
      countryCode: 'US',
      name: 'Amazon.com',
      domainName: 'www.amazon.com',
      defaultCurrencyCode: 'USD',
    };
    const participation = { isParticipating: true, hasSuspendedListings: true };
    local = await startLocalAmazon({
      api: (_, to) => sendJson(to, 200, { payload: [{ marketplace, participation }] }),
    });
    expect(await local.seller.marketplaceParticipations(never())).toEqual([
      {
        marketplaceId: 'ATVPDKIKX0DER',
        domain: 'www.amazon.com',
        isParticipating: true,
      },
    ]);
  });
});
