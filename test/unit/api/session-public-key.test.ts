import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Algorithm, sign } from 'jsonwebtoken';
import { publicSessionKey, type SessionKey } from '../../../settings/session-key';
import { oneSessionKey } from '../../../settings/session-keys';
import { stopServing } from './http-server';
import { BY_SECRET, NOW, NOW_S, REFUSED, whoAmI } from './session-server';

const claims = { sub: 'user123', exp: NOW_S + 3_600 };
const SESSION = { userKey: 'user123', expiresAt: NOW + 3_600_000 };
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const settings = (key: KeyObject) => ({
  ...BY_SECRET,
  keys: oneSessionKey(sessionKey(pem(key))),
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });

afterAll(stopServing);

test.each<[string, typeof rsa, typeof rsa, Algorithm]>([
  ['RSA', rsa, otherRsa, 'RS256'],
  ['P-256', ec, otherEc, 'ES256'],
])('with an %s key, what its owner signed is a session', async (_, own, other, algorithm) => {
  const ask = await whoAmI(settings(own.publicKey));
  expect(await ask(bearer(sign(claims, own.privateKey, { algorithm })))).toEqual(SESSION);
  expect(await ask(bearer(sign(claims, other.privateKey, { algorithm })))).toEqual(REFUSED);
});

test.each<Algorithm>(['RS384', 'RS512', 'PS256'])(
  'the key decides the algorithm: %s is refused',
  async (algorithm) => {
    const ask = await whoAmI(settings(rsa.publicKey));
    expect(await ask(bearer(sign(claims, rsa.privateKey, { algorithm })))).toEqual(REFUSED);
  },
);

test('the text of the public key, which everybody knows, is no secret to sign with', async () => {
  for (const { publicKey } of [rsa, ec]) {
    const ask = await whoAmI(settings(publicKey));
    for (const secret of [pem(publicKey), pem(publicKey).trim()]) {
      expect(await ask(bearer(hs256(secret)))).toEqual(REFUSED);
    }
  }
});

test('an unsigned token is refused', async () => {
  const ask = await whoAmI(settings(rsa.publicKey));
  expect(await ask(bearer(sign(claims, '', { algorithm: 'none' })))).toEqual(REFUSED);
});

/** By hand: the library refuses to sign with a public key. */
function hs256(secret: string): string {
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function sessionKey(text: string): SessionKey {
  const key = publicSessionKey(text);
  if (key === undefined) throw new Error('Not a key for sessions');
  return key;
}
