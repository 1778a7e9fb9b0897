import { readApiSettings } from '../../../settings/api-settings';
import { SECRET_NAMES, withSecretFiles } from '../../../settings/secret-files';
import { readWorkerSettings } from '../../../settings/worker-settings';
import { API_ENV, faultsOf, secretFolder, WORKER_ENV } from './environments';

const secretFile = secretFolder();

test.each(SECRET_NAMES)('%s may be in a file, whose last line break does not count', (name) => {
  const path = secretFile(name, 'a value\n');
  const { env, faults } = withSecretFiles({ [`${name}_FILE`]: path });
  expect(env[name]).toBe('a value');
  expect(faults).toEqual([]);
});

test('every secret of an API and of a worker can come from a file', () => {
  const inFiles = (env: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(env).map(([name, value]) =>
        SECRET_NAMES.some((secret) => secret === name)
          ? [`${name}_FILE`, secretFile(name, `${value}\n`)]
          : [name, value],
      ),
    );
  const comparable = (env: Record<string, string>) => {
    const { amazon, session, ...settings } = readApiSettings(env);
    return {
      ...settings,
      amazon: { ...amazon, clientSecret: amazon.clientSecret() },
      session: { ...session, keys: session.keys.keyFor(undefined), readKeys: undefined },
    };
  };
  expect(comparable(inFiles(API_ENV))).toEqual(comparable(API_ENV));
  const worker = readWorkerSettings(inFiles(WORKER_ENV));
  expect(worker.databaseUrl).toBe(WORKER_ENV.DATABASE_URL);
  expect(worker.encryptionKeys).toEqual(readWorkerSettings(WORKER_ENV).encryptionKeys);
  expect(worker.amazon.clientId).toBe(WORKER_ENV.AMAZON_CLIENT_ID);
  expect(worker.amazon.clientSecret()).toBe(WORKER_ENV.AMAZON_CLIENT_SECRET);
});

test('a file that cannot be read is named, and where it was looked for', () => {
  const { DATABASE_URL: _, ...env } = API_ENV;
  const faults = faultsOf(() => readApiSettings({ ...env, DATABASE_URL_FILE: '/nowhere/url' }));
  expect(faults[0]).toMatch(/^DATABASE_URL_FILE: cannot read \/nowhere\/url/);
});

test('a value beside a file is a mistake that is named, not a choice that is made', () => {
  const path = secretFile('url', API_ENV.DATABASE_URL);
  expect(faultsOf(() => readApiSettings({ ...API_ENV, DATABASE_URL_FILE: path }))).toEqual([
    'DATABASE_URL and DATABASE_URL_FILE are both set; keep one',
  ]);
});

test('an empty variable beside a file is not set', () => {
  const path = secretFile('url', API_ENV.DATABASE_URL);
  const env = { ...API_ENV, DATABASE_URL: '', DATABASE_URL_FILE: path };
  expect(readApiSettings(env).databaseUrl).toBe(API_ENV.DATABASE_URL);
});

test('an empty file is not a secret', () => {
  const { SESSION_JWT_SECRET: _, ...env } = API_ENV;
  const path = secretFile('empty', '\n');
  const faults = faultsOf(() => readApiSettings({ ...env, SESSION_JWT_SECRET_FILE: path }));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/^SESSION_JWT_SECRET/);
});

test('a variable that is no secret is not looked for in a file', () => {
  const path = secretFile('port', '8080');
  expect(withSecretFiles({ PORT_FILE: path }).env.PORT).toBeUndefined();
});
