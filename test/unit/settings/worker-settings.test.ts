import { writeFileSync } from 'node:fs';
import { temporalOptions } from '../../../settings/temporal-options';
import { readWorkerSettings } from '../../../settings/worker-settings';
import { faultsOf, KEY_TEXT, secretFolder, WORKER_ENV } from './environments';

const secretFile = secretFolder();

test('a worker starts with the least, and talks to Amazon itself', () => {
  const settings = readWorkerSettings(WORKER_ENV);
  expect(settings).toMatchObject({
    databaseUrl: WORKER_ENV.DATABASE_URL,
    encryptionKeys: [{ id: 'k1', key: Buffer.alloc(32, 1) }],
    amazon: {
      clientId: WORKER_ENV.AMAZON_CLIENT_ID,
      lwaUrl: 'https://api.amazon.com/auth/o2/token',
      clockSpeed: 1,
    },
  });
  expect(settings.amazon.clientSecret()).toBe(WORKER_ENV.AMAZON_CLIENT_SECRET);
});

test('an empty environment names everything that is missing at once', () => {
  expect(faultsOf(() => readWorkerSettings({}))).toEqual(
    Object.keys(WORKER_ENV).map((name) => `${name}: is required`),
  );
});

test.each(Object.keys(WORKER_ENV))(
  'without %s nothing starts, and an empty one is none',
  (name) => {
    for (const value of [undefined, '']) {
      expect(faultsOf(() => readWorkerSettings({ ...WORKER_ENV, [name]: value }))).toEqual([
        `${name}: is required`,
      ]);
    }
  },
);

test('only an explicit setting leads away from Amazon', () => {
  const env = {
    ...WORKER_ENV,
    AMAZON_LWA_URL: 'http://127.0.0.1:4010/auth/o2/token',
    AMAZON_CLOCK_SPEED: '60',
  };
  expect(readWorkerSettings(env).amazon).toMatchObject({
    lwaUrl: 'http://127.0.0.1:4010/auth/o2/token',
    clockSpeed: 60,
  });
});

test.each(['0', '0.5', '-1', 'fast', '1000000'])('%s is no speed of a clock', (speed) => {
  const faults = faultsOf(() => readWorkerSettings({ ...WORKER_ENV, AMAZON_CLOCK_SPEED: speed }));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/^AMAZON_CLOCK_SPEED: /);
});

test('a client secret that was rotated in its file takes effect without a restart', () => {
  const path = secretFile('client-secret', 'first\n');
  const { amazon } = readWorkerSettings({
    ...WORKER_ENV,
    AMAZON_CLIENT_SECRET: undefined,
    AMAZON_CLIENT_SECRET_FILE: path,
  });
  expect(amazon.clientSecret()).toBe('first');
  writeFileSync(path, 'second\n');
  expect(amazon.clientSecret()).toBe('second');
  // A file that is being written is empty for a moment.
  writeFileSync(path, '');
  expect(amazon.clientSecret()).toBe('first');
});

describe('the encryption keys', () => {
  const key = (fill: number, bytes = 32) => Buffer.alloc(bytes, fill).toString('base64');
  const faults = (keys: string) =>
    faultsOf(() => readWorkerSettings({ ...WORKER_ENV, TOKEN_ENCRYPTION_KEYS: keys }));

  test('keep their order: the first one encrypts', () => {
    const env = { ...WORKER_ENV, TOKEN_ENCRYPTION_KEYS: `k2:${key(2)}, ${KEY_TEXT}` };
    expect(readWorkerSettings(env).encryptionKeys.map(({ id }) => id)).toEqual(['k2', 'k1']);
  });

  test.each([
    ['no id', key(1)],
    ['an empty id', `:${key(1)}`],
    ['an id with a space', `k 1:${key(1)}`],
    ['an id of 33 letters', `${'k'.repeat(33)}:${key(1)}`],
    ['no key', 'k1'],
    ['an empty key', 'k1:'],
    ['a key of 31 bytes', `k1:${key(1, 31)}`],
    ['a key of 33 bytes', `k1:${key(1, 33)}`],
    ['a second key that is wrong', `${KEY_TEXT},k2:short`],
    ['a comma too many', `${KEY_TEXT},`],
  ])('are refused with %s', (_, keys) => {
    expect(faults(keys)).toEqual([
      'TOKEN_ENCRYPTION_KEYS: must be id:key pairs, each key 32 bytes in base64 (openssl rand -base64 32)',
    ]);
  });

  test('are refused with an id that names two of them', () => {
    expect(faults(`k1:${key(1)},k1:${key(2)}`)).toEqual([
      'TOKEN_ENCRYPTION_KEYS: names the key id k1 twice',
    ]);
  });
});

describe('Temporal', () => {
  test('is reached as Temporal’s own settings say, in the namespace named', () => {
    const { temporal } = readWorkerSettings({
      ...WORKER_ENV,
      TEMPORAL_NAMESPACE: 'sellers',
      TEMPORAL_API_KEY: 'key',
    });
    const options = temporalOptions(temporal);
    expect(options.namespace).toBe('sellers');
    expect(options.connectionOptions).toMatchObject({
      address: 'temporal.internal:7233',
      apiKey: 'key',
    });
  });

  test('is given no setting of anything else', () => {
    const { temporal } = readWorkerSettings({ ...WORKER_ENV, TEMPORAL_TLS_SERVER_NAME: 'x' });
    expect(Object.keys(temporal.env).sort()).toEqual([
      'TEMPORAL_ADDRESS',
      'TEMPORAL_TLS_SERVER_NAME',
    ]);
  });
});

test('tokens go to no other machine without encryption', () => {
  const AMAZON_LWA_URL = 'http://login.example/auth/o2/token';
  expect(faultsOf(() => readWorkerSettings({ ...WORKER_ENV, AMAZON_LWA_URL }))).toEqual([
    'AMAZON_LWA_URL: must be https, or http on this machine',
  ]);
});

test('a worker is told its version in two settings, or in none', () => {
  expect(readWorkerSettings(WORKER_ENV).version).toBeUndefined();
  const version = { WORKER_DEPLOYMENT_NAME: 'amazon-sync', WORKER_BUILD_ID: '4f8a7b3' };
  expect(readWorkerSettings({ ...WORKER_ENV, ...version }).version).toEqual({
    deploymentName: 'amazon-sync',
    buildId: '4f8a7b3',
  });
  const half = { ...WORKER_ENV, WORKER_BUILD_ID: '4f8a7b3' };
  expect(faultsOf(() => readWorkerSettings(half))).toEqual([
    'WORKER_DEPLOYMENT_NAME and WORKER_BUILD_ID: set both, or neither',
  ]);
});

test('the metrics of Temporal’s SDK have a port of their own', () => {
  const ports = { METRICS_PORT: '9464', SDK_METRICS_PORT: '9465' };
  expect(readWorkerSettings({ ...WORKER_ENV, ...ports })).toMatchObject({
    metricsPort: 9464,
    sdkMetricsPort: 9465,
  });
  expect(
    faultsOf(() => readWorkerSettings({ ...WORKER_ENV, ...ports, SDK_METRICS_PORT: '9464' })),
  ).toEqual(['SDK_METRICS_PORT: must be another port than METRICS_PORT']);
});
