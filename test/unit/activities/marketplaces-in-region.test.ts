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
    domain: 'www.amazon.example',
    isParticipating: true,
    ...change,
  };
}

test('marketplaces of the region are the seller’s, those of others a hint where it sells', () => {
  expect(marketplacesInRegion([selling(DE), selling(US)], 'eu')).toEqual({
    marketplaceIds: [DE],
    elsewhere: ['na'],
  });
});

test('marketplaces where the seller does not take part are left out', () => {
  const participations = [
    selling(DE),
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
    selling('A2ZV50J4W1RKNI', { domain: 'siprod.stores.amazon.com' }),
    selling('A1NEWMARKETPLACE', { domain: 'www.amazon.ch' }),
  ];
  expect(marketplacesInRegion(participations, 'eu').marketplaceIds).toEqual(['A1NEWMARKETPLACE']);
});
