import { createHmac } from 'node:crypto';
import { sign } from 'jsonwebtoken';
import { userKeyOf } from '../../../contract/user-key';
import { stopServing } from './http-server';
import { BY_SECRET, NOW, NOW_S, REFUSED, SECRET, whoAmI } from './session-server';

const HOUR = 3_600;
const claims = { sub: 'user123', iat: NOW_S - HOUR, exp: NOW_S + HOUR };
const SESSION = { userKey: 'user123', expiresAt: NOW + HOUR * 1000 };
const token = (change: object = {}) =>
  sign(JSON.parse(JSON.stringify({ ...claims, ...change })), SECRET);
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const cookie = (text: string) => ({ cookie: `theme=dark; session_token=${text}; a=b` });

let ask: Awaited<ReturnType<typeof whoAmI>>;
beforeAll(async () => {
  ask = await whoAmI();
});
afterAll(stopServing);

test('a session comes in a cookie or as a bearer token', async () => {
  expect(await ask(cookie(token()))).toEqual(SESSION);
  expect(await ask(bearer(token()))).toEqual(SESSION);
  expect(await ask({ authorization: `bearer   ${token()}` })).toEqual(SESSION);
});

test('of both, the bearer token counts, good or bad', async () => {
  const other = token({ sub: 'user456' });
  expect(await ask({ ...cookie(token()), ...bearer(other) })).toMatchObject({ userKey: 'user456' });
  expect(await ask({ ...cookie(token()), ...bearer('forged') })).toEqual(REFUSED);
});

test('an authorization of another kind leaves the cookie to count', async () => {
  expect(await ask({ ...cookie(token()), authorization: 'Basic dTpw' })).toEqual(SESSION);
});

test('without a session nobody is signed in, whoever the request says it is', async () => {
  const claimed = { 'x-user-id': 'user123', 'x-session-token': token() };
  expect(await ask({})).toEqual(REFUSED);
  expect(await ask(claimed, `/?userId=user123&session_token=${token()}`)).toEqual(REFUSED);
});

test('a header or a query does not change whose session it is', async () => {
  const session = await ask({ ...bearer(token()), 'x-user-id': 'user456' }, '/?userId=user456');
  expect(session).toEqual(SESSION);
});

test('a session ends at the second of its exp', async () => {
  expect(await ask(bearer(token({ exp: NOW_S + 1 })))).toMatchObject({ userKey: 'user123' });
  expect(await ask(bearer(token({ exp: NOW_S })))).toEqual(REFUSED);
  expect(await ask(bearer(token({ exp: NOW_S - 1 })))).toEqual(REFUSED);
});

test('a session begins at the second of its nbf', async () => {
  expect(await ask(bearer(token({ nbf: NOW_S })))).toEqual(SESSION);
  expect(await ask(bearer(token({ nbf: NOW_S + 1 })))).toEqual(REFUSED);
});

test('a token without an end is refused', async () => {
  expect(await ask(bearer(token({ exp: undefined })))).toEqual(REFUSED);
});

test.each([undefined, null, '', {}, ['user123'], true, 1.5, 'x'.repeat(1_025)])(
  'the user %j is refused',
  async (sub) => {
    // Signed by hand: the library refuses to make such tokens.
    const parts = [
      { alg: 'HS256', typ: 'JWT' },
      { ...claims, sub },
    ].map(encoded);
    expect(await ask(bearer(signedHs256(parts, SECRET)))).toEqual(REFUSED);
  },
);

test.each([
  ['a number', 42, '42'],
  ['an e-mail address', 'seller@example.com', userKeyOf('seller@example.com')],
  ['letters of any script', '出品者', userKeyOf('出品者')],
  ['slashes and colons', 'urn:a/../b', userKeyOf('urn:a/../b')],
  ['a NUL', 'user123\0', userKeyOf('user123\0')],
  ['500 characters', 'ü'.repeat(500), userKeyOf('ü'.repeat(500))],
  ['a name that objects have', '__proto__', '__proto__'],
])('%s names a user', async (_, sub, userKey) => {
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { ...claims, sub },
  ].map(encoded);
  expect(await ask(bearer(signedHs256(parts, SECRET)))).toMatchObject({ userKey });
});

test.each(['\ud800', 'seller\udfff', '\udc00\ud800'])(
  'the user %j, which is no text, is refused: all such ids would become one user',
  async (sub) => {
    const parts = [
      { alg: 'HS256', typ: 'JWT' },
      { ...claims, sub },
    ].map(encoded);
    expect(await ask(bearer(signedHs256(parts, SECRET)))).toEqual(REFUSED);
  },
);

test('a token that must not be read without knowing more is refused', async () => {
  const parts = [{ alg: 'HS256', crit: ['b64'], b64: true }, claims].map(encoded);
  expect(await ask(bearer(signedHs256(parts, SECRET)))).toEqual(REFUSED);
});

test('a single key checks tokens whatever key they name', async () => {
  expect(await ask(bearer(sign(claims, SECRET, { keyid: 'any' })))).toEqual(SESSION);
});

test('an unsigned token is refused', async () => {
  const none = [{ alg: 'none', typ: 'JWT' }, claims].map(encoded).join('.');
  for (const text of [`${none}.`, none, `${none}.x`]) {
    expect(await ask(bearer(text))).toEqual(REFUSED);
    expect(await ask(cookie(text))).toEqual(REFUSED);
  }
});

test('a token signed with another secret, or another algorithm, is refused', async () => {
  expect(await ask(bearer(sign(claims, `${SECRET}.`)))).toEqual(REFUSED);
  expect(await ask(bearer(sign(claims, SECRET, { algorithm: 'HS512' })))).toEqual(REFUSED);
});

test('a token whose claims were changed after it was signed is refused', async () => {
  const [header, , signature] = token().split('.');
  const forged = [header, encoded({ ...claims, sub: 'user456' }), signature].join('.');
  expect(await ask(bearer(forged))).toEqual(REFUSED);
});

test.each(['', 'x', 'a.b', 'a.b.c', '....', '{}', 'null', '%00', 'ey.ey.ey'])(
  'the text %j is no session',
  async (text) => {
    expect(await ask(bearer(text))).toEqual(REFUSED);
    expect(await ask(cookie(text))).toEqual(REFUSED);
  },
);

test('a text that was signed, and not a set of claims, is refused', async () => {
  expect(await ask(bearer(sign('user123', SECRET)))).toEqual(REFUSED);
});

test('a token of more than 8 KB is refused, though it is signed well', async () => {
  expect(await ask(bearer(token({ padding: 'x'.repeat(5_000) })))).toEqual(SESSION);
  expect(await ask(bearer(token({ padding: 'x'.repeat(7_000) })))).toEqual(REFUSED);
});

describe('where the settings name', () => {
  test('another claim, that one alone is the user', async () => {
    const askUid = await whoAmI({ ...BY_SECRET, userClaim: 'https://example.com/uid' });
    const withUid = token({ 'https://example.com/uid': 'user456' });
    expect(await askUid(bearer(withUid))).toMatchObject({ userKey: 'user456' });
    expect(await askUid(bearer(token()))).toEqual(REFUSED);
  });

  test('an issuer, a token of another or of none is refused', async () => {
    const askIssuer = await whoAmI({ ...BY_SECRET, issuer: 'https://sign-in.example.com' });
    expect(await askIssuer(bearer(token({ iss: 'https://sign-in.example.com' })))).toEqual(SESSION);
    expect(await askIssuer(bearer(token({ iss: 'https://elsewhere.example' })))).toEqual(REFUSED);
    expect(await askIssuer(bearer(token()))).toEqual(REFUSED);
  });

  test('an audience, a token for another or for none is refused', async () => {
    const askAudience = await whoAmI({ ...BY_SECRET, audience: 'amazon-sync' });
    expect(await askAudience(bearer(token({ aud: 'amazon-sync' })))).toEqual(SESSION);
    expect(await askAudience(bearer(token({ aud: ['other', 'amazon-sync'] })))).toEqual(SESSION);
    expect(await askAudience(bearer(token({ aud: 'amazon-sync-admin' })))).toEqual(REFUSED);
    expect(await askAudience(bearer(token()))).toEqual(REFUSED);
  });
});

function encoded(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function signedHs256(parts: string[], secret: string): string {
  const text = parts.join('.');
  const hash = createHmac('sha256', secret).update(text).digest('base64url');
  return `${text}.${hash}`;
}
