import fc from 'fast-check';
import { isPublicAddress } from '../../../webhooks/public-address';
import { parseWebhookUrl } from '../../../webhooks/webhook-url';

const PUBLIC_ONLY = { allowLoopback: false };
const DEVELOPMENT = { allowLoopback: true };

function accepted(text: string, rules = PUBLIC_ONLY): string {
  const parsed = parseWebhookUrl(text, rules);
  return parsed.kind === 'accepted' ? parsed.url.href : `refused: it ${parsed.fault}`;
}

function fault(text: string, rules = PUBLIC_ONLY): string {
  const parsed = parseWebhookUrl(text, rules);
  return parsed.kind === 'refused' ? parsed.fault : `accepted as ${parsed.url.href}`;
}

test.each([
  ['https://example.com/hooks', 'https://example.com/hooks'],
  ['https://example.com:443/', 'https://example.com/'],
  ['https://example.com:8443/a?key=1', 'https://example.com:8443/a?key=1'],
  ['https://EXAMPLE.com./hooks#part', 'https://example.com/hooks'],
  ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ['https://1.1.1.1/', 'https://1.1.1.1/'],
  ['https://16843009/', 'https://1.1.1.1/'],
  ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
])('%s is accepted, as %s', (text, href) => {
  expect(accepted(text)).toBe(href);
});

test.each([
  'https://127.0.0.1/',
  'https://127.0.0.1./',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://127.1/',
  'https://0/',
  'https://１２７.0.0.1/',
  'https://%31%32%37.0.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://0xA9FEA9FE/',
  'https://10.1.2.3/',
  'https://100.64.0.1/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[fd00:ec2::254]/',
  'https://[fe80::1]/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://localhost../',
  'https://ⓛocalhost/',
  'https://a.localhost/',
  'https://printer.local/',
  'https://metadata.google.internal/',
  'https://kubernetes/',
])('%s is refused as private', (text) => {
  expect(fault(text)).toMatch(/must be reachable from the internet/);
});

test.each([
  ['http://example.com/', /must begin with https/],
  ['ftp://example.com/', /must begin with https/],
  ['javascript:alert(1)', /must begin with https/],
  ['file:///etc/passwd', /must begin with https/],
  ['https://user:pass@example.com/', /user name or a password/],
  ['https://user@example.com/', /user name or a password/],
  ['https://:pass@example.com/', /user name or a password/],
  ['https://example.com:22/', /port 443/],
  ['https://example.com:80/', /port 443/],
  ['https://example.com:0/', /port 443/],
  ['https://example.com:65536/', /must be a URL/],
  ['https://[fe80::1%25eth0]/', /must be a URL/],
  ['https://999.1.1.1/', /must be a URL/],
  ['example.com/hooks', /must be a URL/],
  ['', /must be a URL/],
  [`https://example.com/${'a'.repeat(2_048)}`, /at most 2048/],
  [`https://example.com/${'é'.repeat(500)}`, /at most 2048/],
])('%s is refused', (text, why) => {
  expect(fault(text)).toMatch(why);
});

/** The ways in which a browser lets one write an IPv4 address. */
const written = fc
  .tuple(
    fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
    fc.constantFrom(8, 10, 16),
    fc.boolean(),
  )
  .map(([parts, base, whole]) => {
    const text = (value: number) =>
      ({ 8: `0${value.toString(8)}`, 10: String(value), 16: `0x${value.toString(16)}` })[base];
    const address = parts.join('.');
    const number = parts.reduce((value, part) => value * 256 + part, 0);
    return { address, host: whole ? text(number) : parts.map(text).join('.') };
  });

test('an IPv4 address is judged alike however it is written', () => {
  fc.assert(
    fc.property(written, ({ address, host }) => {
      expect(accepted(`https://${host}/`).startsWith('https://')).toBe(isPublicAddress(address));
    }),
  );
});

test('whatever is accepted is https without credentials, and means the same when it is read again', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl({ withFragments: true }), fc.string()), (text) => {
      const parsed = parseWebhookUrl(text, PUBLIC_ONLY);
      if (parsed.kind === 'refused') return;
      const { href } = parsed.url;
      expect(href).toMatch(/^https:\/\/[^@#/]+\//);
      expect(accepted(href)).toBe(href);
    }),
  );
});

describe('in development', () => {
  test.each([
    'http://127.0.0.1:3001/',
    'http://localhost:9000/',
    'http://[::1]:9/',
    'https://127.0.0.2/',
  ])('%s is accepted', (text) => {
    expect(accepted(text, DEVELOPMENT)).toBe(text);
  });

  test.each([
    ['http://example.com/', /must begin with https/],
    ['https://10.0.0.1/', /must be reachable from the internet/],
    ['https://169.254.169.254/', /must be reachable from the internet/],
    ['http://user@localhost/', /user name or a password/],
  ])('%s is refused all the same', (text, why) => {
    expect(fault(text, DEVELOPMENT)).toMatch(why);
  });
});
