import { marketplacesInRegion } from '../../../activities/marketplaces-in-region';
import type { MarketplaceParticipation } from '../../../amazon/marketplace-participations';

const DE = 'A1PA6795UKMFR9';
const US = 'ATVPDKIKX0DER';

function selling(
  marketplaceId: string,
  change: Partial<MarketplaceParticipation> = {},
): MarketplaceParticipation {
  return {
    marketplaceId,
    country: 'DE',
    name: 'A marketplace',
    domain: 'www.amazon.example',
    currency: 'EUR',
    isParticipating: true,
    hasSuspendedListings: false,
    ...change,
  };
}

test('marketplaces of the region are the seller’s, those of others a hint where it sells', () => {
  expect(marketplacesInRegion([selling(DE), selling(US)], 'eu')).toEqual({
    marketplaceIds: [DE],
    elsewhere: ['na'],
  });
});

test('suspended listings are a seller’s still, those where it does not take part are not', () => {
  const participations = [
    selling(DE, { hasSuspendedListings: true }),
    selling('A13V1IB3VIYZZH', { isParticipating: false }),
    selling(US, { isParticipating: false }),
  ];
  expect(marketplacesInRegion(participations, 'eu')).toEqual({
    marketplaceIds: [DE],
    elsewhere: [],
  });
});

test('what is no marketplace of Amazon’s is left out, one that is new is not', () => {
  const participations = [
    selling('A2ZV50J4W1RKNI', { name: 'Non-Amazon', domain: 'siprod.stores.amazon.com' }),
    selling('A1NEWMARKETPLACE', { domain: 'www.amazon.ch' }),
  ];
  expect(marketplacesInRegion(participations, 'eu').marketplaceIds).toEqual(['A1NEWMARKETPLACE']);
});
