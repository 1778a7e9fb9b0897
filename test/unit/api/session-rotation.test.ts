import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { type Algorithm, sign } from 'jsonwebtoken';
import { createCurrentSessionKeys } from '../../../api/current-session-keys';
import { createLogger } from '../../../observability/logger';
import { readApiSettings } from '../../../settings/api-settings';
import { API_ENV, secretFolder } from '../settings/environments';
import { stopServing } from './http-server';
import { BY_SECRET, NOW, NOW_S, REFUSED, whoAmI } from './session-server';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const shared = Buffer.alloc(32, 7);
const RSA = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa' };
const EC = { ...ec.publicKey.export({ format: 'jwk' }), kid: 'ec' };
const SHARED = { kty: 'oct', k: shared.toString('base64url'), kid: 'shared' };

const claims = { sub: 'user123', exp: NOW_S + 3_600 };
const SESSION = { userKey: 'user123', expiresAt: NOW + 3_600_000 };
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const signed = (key: KeyObject | Buffer, algorithm: Algorithm, keyid?: string) =>
  bearer(sign(claims, key, { algorithm, ...(keyid !== undefined && { keyid }) }));

const secretFile = secretFolder();
afterAll(stopServing);

/** A server whose keys are in a file, as an API process has them; `later` lets time pass. */
async function keysInFile(...keys: unknown[]) {
  const path = secretFile('jwks', JSON.stringify({ keys }));
  const lines: string[] = [];
  let at = NOW;
  const { SESSION_JWT_SECRET: _, ...env } = API_ENV;
  const { session } = readApiSettings({ ...env, SESSION_JWKS_FILE: path });
  const ask = await whoAmI({
    ...BY_SECRET,
    keys: createCurrentSessionKeys({
      session,
      log: createLogger('api', 'trace', {
        destination: { write: (line) => void lines.push(line) },
      }),
      now: () => at,
    }),
  });
  return {
    ask,
    lines,
    path,
    later: () => {
      at += 1_000;
    },
    write: (...others: unknown[]) => writeFileSync(path, JSON.stringify({ keys: others })),
  };
}

test('a token is good by the key that it names, and by no other of the set', async () => {
  const { ask } = await keysInFile(RSA, EC, SHARED);
  expect(await ask(signed(rsa.privateKey, 'RS256', 'rsa'))).toEqual(SESSION);
  expect(await ask(signed(ec.privateKey, 'ES256', 'ec'))).toEqual(SESSION);
  expect(await ask(signed(shared, 'HS256', 'shared'))).toEqual(SESSION);
  for (const keyid of ['rsa', 'shared', 'unknown', '__proto__', '']) {
    expect([keyid, await ask(signed(ec.privateKey, 'ES256', keyid))]).toEqual([keyid, REFUSED]);
  }
});

test('of several keys none is tried for a token that names none', async () => {
  const { ask } = await keysInFile(RSA, EC);
  expect(await ask(signed(ec.privateKey, 'ES256'))).toEqual(REFUSED);
  expect(await ask(bearer(`${raw({ alg: 'ES256', kid: ['ec'] })}.AAAA`))).toEqual(REFUSED);
});

test('a single key is good for tokens that name none', async () => {
  const { ask } = await keysInFile(EC);
  expect(await ask(signed(ec.privateKey, 'ES256'))).toEqual(SESSION);
  expect(await ask(signed(ec.privateKey, 'ES256', 'another'))).toEqual(REFUSED);
});

test('what everybody knows of a public key is no secret to sign with', async () => {
  const { ask } = await keysInFile(RSA, EC, SHARED);
  for (const [{ publicKey }, jwk] of [
    [rsa, RSA],
    [ec, EC],
  ] as const) {
    const der = publicKey.export({ format: 'der', type: 'spki' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    for (const secret of [
      pem,
      pem.trim(),
      der,
      JSON.stringify(jwk),
      jwk.kid,
      jwk.x ?? jwk.n ?? '',
    ]) {
      for (const kid of [jwk.kid, 'shared']) {
        const text = raw({ alg: 'HS256', kid });
        const signature = createHmac('sha256', secret).update(text).digest('base64url');
        expect(await ask(bearer(`${text}.${signature}`))).toEqual(REFUSED);
      }
    }
  }
});

test('an unsigned token is refused, whatever key it names', async () => {
  const { ask } = await keysInFile(RSA, SHARED);
  for (const alg of ['none', 'None', 'NONE', '']) {
    for (const kid of ['rsa', 'shared', undefined]) {
      expect(await ask(bearer(`${raw({ alg, kid })}.`))).toEqual(REFUSED);
    }
  }
});

test('keys are added and taken away without a restart', async () => {
  const { ask, later, write } = await keysInFile(RSA);
  const old = signed(rsa.privateKey, 'RS256', 'rsa');
  const next = signed(ec.privateKey, 'ES256', 'ec');
  expect([await ask(old), await ask(next)]).toEqual([SESSION, REFUSED]);
  write(RSA, EC);
  later();
  expect([await ask(old), await ask(next)]).toEqual([SESSION, SESSION]);
  write(EC);
  later();
  expect([await ask(old), await ask(next)]).toEqual([REFUSED, SESSION]);
});

test('a file that is broken or gone leaves the keys as they were, and is told once', async () => {
  const { ask, later, lines, path, write } = await keysInFile(EC);
  const good = signed(ec.privateKey, 'ES256', 'ec');
  write({ ...EC, d: 'private' });
  for (const _ of [1, 2]) {
    later();
    expect(await ask(good)).toEqual(SESSION);
  }
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('its key 1 is a private one');
  rmSync(path);
  later();
  expect(await ask(good)).toEqual(SESSION);
  expect(lines).toHaveLength(2);
  write(RSA);
  later();
  expect(await ask(good)).toEqual(REFUSED);
});

/** Header and claims by hand: the library refuses to make such tokens. */
function raw(header: object): string {
  return [{ typ: 'JWT', ...header }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
}
