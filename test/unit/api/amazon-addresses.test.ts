import { createAmazonAddresses } from '../../../api/amazon-addresses';

const SETTINGS = {
  publicUrl: 'https://sync.example.com/base',
  applicationId: 'amzn1.sp.solution.1',
  isDraft: false,
  defaultRegion: 'na',
  consentUrl: undefined,
} as const;

const page = (settings: Partial<Parameters<typeof createAmazonAddresses>[0]> = {}) =>
  createAmazonAddresses({ ...SETTINGS, ...settings });

test('sellers consent where they are signed in, and come back to the callback', () => {
  const url = new URL(page().consentPage('the-state', 'eu', 'A1C3SOZRARQ6R3'));
  expect(`${url.origin}${url.pathname}`).toBe(
    'https://sellercentral.amazon.pl/apps/authorize/consent',
  );
  expect(Object.fromEntries(url.searchParams)).toEqual({
    application_id: SETTINGS.applicationId,
    state: 'the-state',
    redirect_uri: 'https://sync.example.com/base/api/v1/integrations/amazon/auth/callback',
  });
});

test('an application that is a draft says so', () => {
  const url = new URL(page({ isDraft: true }).consentPage('the-state', 'fe'));
  expect(url.host).toBe('sellercentral.amazon.co.jp');
  expect(url.searchParams.get('version')).toBe('beta');
});

test('a local Amazon stands for all of them, and no other one', () => {
  const local = page({
    defaultRegion: 'eu',
    consentUrl: 'http://127.0.0.1:4010/apps/authorize/consent',
  });
  expect(new URL(local.consentPage('the-state', 'na')).host).toBe('127.0.0.1:4010');
  expect(local.regionOfCallback('http://127.0.0.1:4010/apps/authorize/confirm')).toBe('eu');
  expect(local.regionOfCallback('http://127.0.0.1:4011/apps/authorize/confirm')).toBeNull();
  expect(page().regionOfCallback('http://127.0.0.1:4010/apps/authorize/confirm')).toBeNull();
});
