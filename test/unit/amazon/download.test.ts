import type { LookupAddress, lookup } from 'node:dns';
import { AddressNotAllowed, download, onlyTo } from '../../../amazon/download';
import { isPublicAddress } from '../../../webhooks/public-address';
import { errorOf, never } from './local-amazon';

const AMAZON = { endpoint: 'https://sellingpartnerapi-eu.amazon.com', isPublicAddress };

test.each([
  'http://tortuga-prod-eu.s3-eu-west-1.amazonaws.com/file',
  'https://example.com/file',
  'https://amazonaws.com.example.com/file',
  'https://evilamazonaws.com/file',
  'https://tortuga-prod-eu.s3-eu-west-1.amazonaws.com:8443/file',
  'https://somebody:secret@tortuga-prod-eu.s3-eu-west-1.amazonaws.com/file',
  'https://sellingpartnerapi-eu.amazon.com:444/file',
  'http://sellingpartnerapi-eu.amazon.com/file',
  'https://127.0.0.1/file',
  'https://2130706433/file',
  'https://[::1]/file',
  'https://[::ffff:127.0.0.1]/file',
  'https://169.254.169.254/latest/meta-data',
  'https://localhost/file',
  'file:///etc/passwd',
  'ftp://s3.amazonaws.com/file',
  'not a url',
])('nothing asks %s', async (address) => {
  expect(await errorOf(download(address, AMAZON, {}, never()))).toBeInstanceOf(AddressNotAllowed);
});

/** A name with these addresses, as Amazon's own would have if somebody had got hold of the DNS. */
function resolving(addresses: readonly string[]): typeof lookup {
  const entries = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return ((
    _name: string,
    _options: unknown,
    callback: (error: null, all: LookupAddress[]) => void,
  ) => callback(null, entries)) as typeof lookup;
}

const looked = (addresses: readonly string[], all: boolean) =>
  new Promise((resolve) => {
    onlyTo(isPublicAddress, resolving(addresses))('s3.amazonaws.com', { all }, (error, found) =>
      resolve(error ?? found),
    );
  });

test.each([
  ['127.0.0.1'],
  ['10.0.0.7'],
  ['169.254.169.254'],
  ['::1'],
  ['::ffff:10.0.0.7'],
  ['fd00::1'],
  ['52.218.1.1', '10.0.0.7'],
  [],
])('one of Amazon’s names that leads to %s %s is not connected to', async (...given) => {
  const addresses = given.filter((address) => address !== undefined);
  for (const all of [true, false])
    expect(await looked(addresses, all)).toBeInstanceOf(AddressNotAllowed);
  const rules = { ...AMAZON, resolve: resolving(addresses) };
  const error = await errorOf(download('https://s3.amazonaws.com/file', rules, {}, never()));
  expect(error).toBeInstanceOf(AddressNotAllowed);
});

test('the addresses that were checked are those that are connected to', async () => {
  expect(await looked(['52.218.1.1', '2600:1fa0::1'], true)).toEqual([
    { address: '52.218.1.1', family: 4 },
    { address: '2600:1fa0::1', family: 6 },
  ]);
  expect(await looked(['52.218.1.1'], false)).toBe('52.218.1.1');
});
