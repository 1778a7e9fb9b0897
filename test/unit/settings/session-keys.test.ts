import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { parseSessionKeys } from '../../../settings/session-keys';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (key: KeyObject, more: object = {}) => ({ ...key.export({ format: 'jwk' }), ...more });
const oct = (more: object = {}) => ({
  kty: 'oct',
  k: Buffer.alloc(32, 1).toString('base64url'),
  ...more,
});
const parse = (...keys: unknown[]) => parseSessionKeys(JSON.stringify({ keys }));

function algorithms(read: ReturnType<typeof parse>, ...kids: (string | undefined)[]) {
  if (read.kind === 'refused') throw new Error(read.fault);
  return kids.map((kid) => read.keys.keyFor(kid)?.algorithm);
}

test('of several keys a token gets the one that it names, each for its own algorithm', () => {
  const read = parse(
    jwk(rsa.publicKey, { kid: 'old', alg: 'RS256', use: 'sig' }),
    jwk(ec.publicKey, { kid: 'new' }),
    oct({ kid: 'shared' }),
  );
  expect(algorithms(read, 'old', 'new', 'shared')).toEqual(['RS256', 'ES256', 'HS256']);
  expect(algorithms(read, undefined, '', 'other', '__proto__', 'toString', 'OLD')).toEqual(
    Array(6).fill(undefined),
  );
});

test('a set of one key is for tokens that name it, and for those that name none', () => {
  const named = parse(jwk(ec.publicKey, { kid: 'one' }));
  expect(algorithms(named, 'one', undefined, 'two')).toEqual(['ES256', 'ES256', undefined]);
  expect(algorithms(parse(oct()), undefined, 'two')).toEqual(['HS256', undefined]);
});

test('keys for encryption are passed over', () => {
  const read = parse(jwk(rsa.publicKey, { kid: 'e', use: 'enc' }), jwk(ec.publicKey, { kid: 's' }));
  expect(algorithms(read, 's', 'e')).toEqual(['ES256', undefined]);
});

test.each<[string, unknown[], string]>([
  ['none', [], 'must be a JWK Set of 1 to 20 keys'],
  ['more than twenty', Array(21).fill(oct()), 'must be a JWK Set of 1 to 20 keys'],
  ['what is none', ['key'], 'must be a JWK Set of 1 to 20 keys'],
  ['none for signatures', [jwk(rsa.publicKey, { use: 'enc' })], 'has no key for signatures'],
  [
    'a private key',
    [jwk(ec.privateKey, { kid: 'a' })],
    'its key 1 is a private one, which belongs to the sign-in',
  ],
  ['two of which one has no name', [oct({ kid: 'a' }), jwk(ec.publicKey)], 'its key 2 has no kid'],
  [
    'two of one name',
    [oct({ kid: 'a' }), jwk(ec.publicKey, { kid: 'a' })],
    'its key 2 has the kid of another',
  ],
  [
    'a key for another algorithm than its kind is for',
    [jwk(rsa.publicKey, { alg: 'HS256' })],
    'its key 1 must have the alg RS256',
  ],
  ['an unsigned one', [oct({ alg: 'none' })], 'its key 1 must have the alg HS256'],
])('a set with %s is refused', (_, keys, fault) => {
  expect(parse(...keys)).toEqual({ kind: 'refused', fault });
});

test.each<[string, unknown]>([
  ['a short secret', oct({ k: Buffer.alloc(31).toString('base64url') })],
  ['a secret that is none', { kty: 'oct' }],
  ['a short RSA key', jwk(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
  ['a P-384 key', jwk(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
  ['an Ed25519 key', jwk(generateKeyPairSync('ed25519').publicKey)],
  ['a point that is not on the curve', jwk(ec.publicKey, { y: 'AAAA' })],
  ['a key of no kind', { kty: 'none' }],
])('%s is refused', (_, key) => {
  expect(parse(key)).toMatchObject({
    fault: 'its key 1 is none of RSA (2048 bits or more), P-256, oct (32 bytes or more)',
  });
});

test.each(['', 'null', '[]', '{"keys":{}}', '-----BEGIN PUBLIC KEY-----'])(
  'the text %j is no set',
  (text) => {
    expect(parseSessionKeys(text)).toMatchObject({ kind: 'refused' });
  },
);
