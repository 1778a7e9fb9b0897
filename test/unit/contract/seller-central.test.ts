import { MARKETPLACES } from '../../../contract/marketplaces';
import { regionOfSellerCentral, sellerCentralHost } from '../../../contract/seller-central';

test('every marketplace has its own page for consent, in its own region', () => {
  for (const { id, region } of MARKETPLACES) {
    expect(regionOfSellerCentral(sellerCentralHost(region, id))).toBe(region);
  }
  expect(sellerCentralHost('eu', 'A28R8C7NBKEWEA')).toBe('sellercentral.amazon.ie');
});

test.each([
  ['na', 'sellercentral.amazon.com'],
  ['eu', 'sellercentral-europe.amazon.com'],
  ['fe', 'sellercentral.amazon.co.jp'],
] as const)('a seller of %s of whom no more is known signs in at %s', (region, host) => {
  expect(sellerCentralHost(region)).toBe(host);
  expect(regionOfSellerCentral(host)).toBe(region);
});

test.each([
  'amazon.com',
  'sellercentral.amazon.com.evil.example',
  'evil-sellercentral.amazon.com',
  'SELLERCENTRAL.amazon.com',
  'sellercentral.amazon.com:8443',
  'sellercentral.amazon.de.',
  '',
])('%j is none of Seller Central’s hosts', (host) => {
  expect(regionOfSellerCentral(host)).toBeNull();
});
