import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readApiSettings } from '../../../settings/api-settings';
import { API_ENV, faultsOf } from './environments';

const publicKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

const faults = (change: Record<string, string | undefined>) =>
  faultsOf(() => readApiSettings({ ...API_ENV, ...change }));

test('an API starts with the least', () => {
  expect(readApiSettings(API_ENV)).toMatchObject({
    logLevel: 'info',
    databaseUrl: API_ENV.DATABASE_URL,
    temporal: {
      address: 'temporal.internal:7233',
      namespace: 'default',
      taskQueue: 'amazon-sync',
      env: { TEMPORAL_ADDRESS: 'temporal.internal:7233' },
    },
    session: {
      userClaim: 'sub',
      issuer: undefined,
      audience: undefined,
    },
    port: 3000,
    publicUrl: 'https://api.example.com',
    frontendUrl: 'https://app.example.com/start',
    allowedOrigins: ['https://api.example.com', 'https://app.example.com'],
    encryptionKeys: [{ id: 'k1', key: Buffer.alloc(32, 1) }],
    amazon: {
      applicationId: 'amzn1.sp.solution.1',
      clientId: 'amzn1.application-oa2-client.1',
      lwaUrl: 'https://api.amazon.com/auth/o2/token',
      isDraft: false,
      defaultRegion: 'na',
      spApiUrl: undefined,
      consentUrl: undefined,
    },
  });
});

test('an empty environment names everything that is missing at once', () => {
  expect(faultsOf(() => readApiSettings({}))).toEqual([
    'DATABASE_URL: is required',
    'TEMPORAL_ADDRESS: is required',
    'TOKEN_ENCRYPTION_KEYS: is required',
    'AMAZON_CLIENT_ID: is required',
    'AMAZON_CLIENT_SECRET: is required',
    'AMAZON_APPLICATION_ID: is required',
    'PUBLIC_URL: is required',
    'FRONTEND_URL: is required',
    'SESSION_JWT_SECRET, SESSION_JWT_PUBLIC_KEY or SESSION_JWKS: is required',
  ]);
});

test.each(Object.keys(API_ENV))('without %s nothing starts, and an empty one is none', (name) => {
  const missing = faults({ [name]: undefined });
  expect(missing).toHaveLength(1);
  expect(missing[0]).toContain(name);
  expect(missing[0]).toMatch(/is required$/);
  expect(faults({ [name]: '' })).toEqual(missing);
});

test('missing and wrong settings are named together, each once', () => {
  const named = faults({
    DATABASE_URL: 'mysql://db',
    TEMPORAL_ADDRESS: 'temporal',
    PUBLIC_URL: undefined,
    PORT: 'eighty',
    LOG_LEVEL: 'loud',
  }).map((fault) => fault.split(':')[0]);
  expect(named.sort()).toEqual(
    ['DATABASE_URL', 'LOG_LEVEL', 'PORT', 'PUBLIC_URL', 'TEMPORAL_ADDRESS'].sort(),
  );
});

test('the words of an error hold no value of a setting', () => {
  const error = () =>
    readApiSettings({
      ...API_ENV,
      SESSION_JWT_SECRET: 'hunter2',
      DATABASE_URL: 'mysql://root:hunter2@db',
    });
  expect(error).toThrow(/Cannot start/);
  expect(error).not.toThrow(/hunter2/);
});

describe('the session key', () => {
  test.each([
    ['31 bytes', 'x'.repeat(31)],
    ['30 bytes in 10 letters', '鍵'.repeat(10)],
  ])('is refused with %s', (_, secret) => {
    expect(faults({ SESSION_JWT_SECRET: secret })).toEqual([
      'SESSION_JWT_SECRET: must have at least 32 bytes',
    ]);
  });

  test.each([
    ['32 bytes', 'x'.repeat(32)],
    ['33 bytes in 11 letters', '鍵'.repeat(11)],
  ])('is taken with %s', (_, secret) => {
    const { session } = readApiSettings({ ...API_ENV, SESSION_JWT_SECRET: secret });
    const key = session.keys.keyFor(undefined);
    expect(key?.algorithm).toBe('HS256');
    expect(key?.key.export().toString('utf8')).toBe(secret);
  });

  test('can be a public key instead', () => {
    const env = { ...API_ENV, SESSION_JWT_SECRET: '', SESSION_JWT_PUBLIC_KEY: publicKey };
    expect(readApiSettings(env).session.keys.keyFor('any')).toMatchObject({ algorithm: 'ES256' });
  });

  test('is one, or one set of keys, never both', () => {
    expect(faults({ SESSION_JWT_PUBLIC_KEY: publicKey })).toEqual([
      'SESSION_JWT_SECRET and SESSION_JWT_PUBLIC_KEY: keep one',
    ]);
    expect(faults({ SESSION_JWKS: '{"keys":[{"kty":"oct","k":"short"}]}' })).toEqual([
      'SESSION_JWKS: its key 1 is none of RSA (2048 bits or more), P-256, oct (32 bytes or more)',
      'SESSION_JWT_SECRET and SESSION_JWKS: keep one',
    ]);
  });

  test.each<[string, string]>([
    ['an OpenSSH key', 'ssh-rsa AAAA'],
    ['what only looks like a key', pemOf('PUBLIC', 'AAAA')],
    ['a P-384 key', spki(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['an Ed25519 key', spki(generateKeyPairSync('ed25519').publicKey)],
    ['a 1024-bit RSA key', spki(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
    ['a private key beside it', `${publicKey}\n${pemOf('PRIVATE', 'AAAA')}`],
  ])('cannot be %s', (_, text) => {
    const change = { SESSION_JWT_SECRET: undefined, SESSION_JWT_PUBLIC_KEY: text };
    expect(faults(change)).toEqual([
      'SESSION_JWT_PUBLIC_KEY: must be a PEM public key, RSA of 2048 bits or more or P-256',
    ]);
  });
});

function spki(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function pemOf(kind: 'PUBLIC' | 'PRIVATE', text: string): string {
  return `-----BEGIN ${kind} KEY-----\n${text}\n-----END ${kind} KEY-----`;
}

test('issuer, audience and the claim of the user are configurable', () => {
  const { session } = readApiSettings({
    ...API_ENV,
    SESSION_USER_CLAIM: 'user_id',
    SESSION_JWT_ISSUER: 'https://issuer.example.com',
    SESSION_JWT_AUDIENCE: 'amazon-sync',
  });
  expect(session).toMatchObject({
    userClaim: 'user_id',
    issuer: 'https://issuer.example.com',
    audience: 'amazon-sync',
  });
});

describe('allowed origins', () => {
  test('are a list, and blanks and empty parts are left out', () => {
    const list = ' https://a.example.com , ,http://localhost:5173,';
    const { allowedOrigins } = readApiSettings({ ...API_ENV, ALLOWED_ORIGINS: list });
    expect(allowedOrigins.slice(2)).toEqual(['https://a.example.com', 'http://localhost:5173']);
  });

  test.each([
    'https://a.example.com/',
    'https://a.example.com/path',
    'https://a.example.com?x=1',
    'https://user@a.example.com',
    'https://A.example.com',
    'https://a.example.com:443',
    'ftp://a.example.com',
    'https://*.example.com/*',
    'a.example.com',
    '*',
    'null',
  ])('must be bare: %s is refused', (origin) => {
    const named = faults({ ALLOWED_ORIGINS: `https://good.example.com,${origin}` });
    expect(named).not.toEqual([]);
    for (const fault of named) expect(fault).toMatch(/^ALLOWED_ORIGINS.*: must be /);
  });
});

test.each(['-1', '65536', '80.5', 'http'])('%s is no port', (PORT) => {
  expect(faults({ PORT })[0]).toMatch(/^PORT: /);
});

test.each(['temporal', 'http://temporal:7233', 'temporal:', ':7233', 'temporal:seven', 'a b:1'])(
  '%s is no address of Temporal',
  (TEMPORAL_ADDRESS) => {
    expect(faults({ TEMPORAL_ADDRESS })).toEqual(['TEMPORAL_ADDRESS: must be host:port']);
  },
);

test.each(['db.internal', 'http://db.internal', 'postgresx://db'])(
  '%s is no database',
  (DATABASE_URL) => {
    expect(faults({ DATABASE_URL })).toEqual(['DATABASE_URL: must be a postgres:// URL']);
  },
);

test('a local Amazon is named in full, and an application can be a draft', () => {
  const { amazon } = readApiSettings({
    ...API_ENV,
    AMAZON_APP_IS_DRAFT: 'true',
    AMAZON_DEFAULT_REGION: 'eu',
    AMAZON_SP_API_URL: 'http://127.0.0.1:4010',
    AMAZON_CONSENT_URL: 'http://127.0.0.1:4010/apps/authorize/consent',
  });
  expect(amazon).toMatchObject({
    isDraft: true,
    defaultRegion: 'eu',
    spApiUrl: 'http://127.0.0.1:4010',
    consentUrl: 'http://127.0.0.1:4010/apps/authorize/consent',
  });
});

test.each([
  ['AMAZON_APP_IS_DRAFT', 'yes', 'must be true or false'],
  ['AMAZON_SP_API_URL', 'http://amazon.example', 'must be https, or http on this machine'],
  ['AMAZON_CONSENT_URL', 'http://amazon.example', 'must be https, or http on this machine'],
  ['PUBLIC_URL', 'https://api.example.com?x=1', 'must have neither a query nor a fragment'],
  [
    'TEMPORAL_UI_URL',
    'https://me:pass@ui.example',
    'must have neither a query, a fragment nor a password',
  ],
  ['TEMPORAL_UI_URL', 'ui.example:8080', 'must be an http(s) URL'],
  ['FRONTEND_URL', 'https://app.example.com/#/', 'must have neither a query nor a fragment'],
])('%s cannot be %s', (name, value, fault) => {
  expect(faults({ [name]: value })).toEqual([`${name}: ${fault}`]);
});

test('paths are appended to the URLs: a slash at their end does not count', () => {
  const env = { ...API_ENV, PUBLIC_URL: 'https://a.example/', FRONTEND_URL: 'https://b.example//' };
  expect(readApiSettings(env)).toMatchObject({
    publicUrl: 'https://a.example',
    frontendUrl: 'https://b.example',
  });
});

test('Temporal’s UI is that of the namespace, where there is one', () => {
  expect(readApiSettings(API_ENV).temporalUi).toBeUndefined();
  const env = { TEMPORAL_UI_URL: 'https://ui.example/temporal/', TEMPORAL_NAMESPACE: 'amazon' };
  expect(readApiSettings({ ...API_ENV, ...env }).temporalUi).toEqual({
    url: 'https://ui.example/temporal',
    namespace: 'amazon',
  });
});

test.each(['us', 'NA', 'na-1'])('%s is no region', (AMAZON_DEFAULT_REGION) => {
  expect(faults({ AMAZON_DEFAULT_REGION })[0]).toMatch(/^AMAZON_DEFAULT_REGION: /);
});

test('metrics are off unless they have a port, which is never the public one', () => {
  expect(readApiSettings(API_ENV).metricsPort).toBeUndefined();
  expect(readApiSettings({ ...API_ENV, METRICS_PORT: '9464' }).metricsPort).toBe(9464);
  const taken = ['METRICS_PORT: must be another port than PORT'];
  expect(faults({ METRICS_PORT: '3000' })).toEqual(taken);
  expect(faults({ METRICS_PORT: '8080', PORT: '8080' })).toEqual(taken);
  expect(faults({ METRICS_PORT: '65536' })).toHaveLength(1);
});
