import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { z } from 'zod';
import { readApiSettings } from '../../settings/api-settings';
import { SettingsError } from '../../settings/shared-settings';
import { readWorkerSettings } from '../../settings/worker-settings';
import { ROLES } from '../../store/grant-roles';
import {
  CLOUD,
  CLOUD_TEXT,
  cloud,
  compose,
  environmentOf,
  FILLED_IN,
  overrides,
  ROOT,
  read,
  service,
  services,
  TEXT,
} from './compose-files';

test.each([
  ['docker-compose.yml', compose],
  ['docker-compose.temporal-cloud.yml', cloud],
])('%s is valid by the Compose specification', (_, file) => {
  const packed = join(dirname(require.resolve('dclint/package.json')), 'schemas');
  const schema = JSON.parse(readFileSync(join(packed, 'compose.schema.json'), 'utf8'));
  // The address with https is how this schema names draft 7; ajv knows it by the one with http.
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const valid = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });
  valid(file);
  expect(valid.errors ?? []).toEqual([]);
});

test('no port is published beyond the loopback, and none of PostgreSQL', () => {
  const ports = Object.values(services).flatMap((service) => service.ports);
  expect(ports.length).toBeGreaterThan(0);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  expect(service('postgresql').ports).toEqual([]);
  expect(service('postgresql').networks).toEqual(['database']);
});

test('the UI of Temporal can have a sign-in', () => {
  const filled = {
    TEMPORAL_AUTH_ENABLED: 'true',
    TEMPORAL_AUTH_PROVIDER_URL: 'https://accounts.example.com',
    TEMPORAL_AUTH_CLIENT_ID: 'temporal-ui',
    TEMPORAL_AUTH_CLIENT_SECRET: 'secret',
  };
  expect(environmentOf('temporal-ui', filled)).toMatchObject({
    ...filled,
    TEMPORAL_AUTH_CALLBACK_URL: 'http://localhost:8233/auth/sso/callback',
  });
  expect(environmentOf('temporal-ui', {})).toMatchObject({ TEMPORAL_AUTH_ENABLED: 'false' });
});

test('no secret stands in the file', () => {
  for (const { environment } of [...Object.values(services), ...Object.values(overrides)]) {
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|PASS|SECRET|TOKEN|_KEYS?$/.test(name)) {
        expect(`${name}=${value}`).toMatch(/=\$\{\w+(:\?[^}]*|:-)\}$/);
      }
      // The password of a URL.
      if (/:\/\/[^/]*:[^/]*@/.test(value)) expect(value).toMatch(/:\/\/\w+:\$\{\w+:\?[^}]*\}@/);
    }
  }
});

test('.env.example names every variable that the files use, no other, and holds no secret', () => {
  const used = new Set(
    Array.from(`${TEXT}${CLOUD_TEXT}`.matchAll(/\$\{(\w+)/g), ([, name]) => name),
  );
  const lines = read('.env.example').split('\n');
  const named = new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );
  expect([...named.keys()].sort()).toEqual([...used].sort());
  for (const name of Object.keys({ ...FILLED_IN, ...CLOUD }))
    expect([name, named.get(name)]).toEqual([name, '']);
});

test('the API and the worker start from the file and a filled-in .env', () => {
  expect(readApiSettings(environmentOf('api')).allowedOrigins).toEqual([
    'https://sync.example.com',
    'https://app.example.com',
  ]);
  expect(readWorkerSettings(environmentOf('worker'))).toMatchObject({
    databaseUrl: 'postgres://amazon_sync_worker:e5@postgresql:5432/amazon_sync',
    temporal: { address: 'temporal:7233', namespace: 'default' },
    temporalUi: { url: 'http://localhost:8233', namespace: 'default' },
    amazon: { lwaUrl: 'https://api.amazon.com/auth/o2/token', clockSpeed: 1 },
  });
});

test('the owner’s password is with the migration alone; API and worker connect as roles of their own', () => {
  const users = ['migrate', 'api', 'worker'].map((name) => {
    const { DATABASE_URL = '' } = environmentOf(name);
    return new URL(DATABASE_URL).username;
  });
  expect(users).toEqual(['amazon_sync', ROLES.api, ROLES.worker]);
});

test('every setting without a default is passed on, and Compose refuses to start without it', () => {
  const required = (read: () => unknown) =>
    faultsOf(read).map((fault) => /^\w+/.exec(fault)?.[0] ?? fault);
  const parts = { api: readApiSettings, worker: readWorkerSettings };
  for (const [name, readSettings] of Object.entries(parts)) {
    const { environment } = service(name);
    for (const setting of required(() => readSettings({}))) {
      expect(Object.keys(environment)).toContain(setting);
      // One of three can hold the session's key: the API itself refuses to start without.
      if (setting.startsWith('SESSION_JWT_')) continue;
      const value = environment[setting] ?? '';
      expect(`${setting}=${value}`).toMatch(/\$\{\w+:\?|=temporal:7233$/);
    }
  }
  const { SESSION_JWT_SECRET: _, ...withoutKey } = FILLED_IN;
  expect(faultsOf(() => readApiSettings(environmentOf('api', withoutKey)))).toEqual([
    'SESSION_JWT_SECRET, SESSION_JWT_PUBLIC_KEY or SESSION_JWKS: is required',
  ]);
});

test('everything is locked down, comes back after a fault, and waits for what it needs', () => {
  for (const [name, { restart, security_opt, depends_on }] of Object.entries(services)) {
    expect([name, security_opt]).toEqual([name, ['no-new-privileges:true']]);
    expect([name, restart]).toEqual([name, expect.stringMatching(/^(unless-stopped|on-failure)/)]);
    for (const [needed, { condition }] of Object.entries(depends_on)) {
      const checked = service(needed).healthcheck !== undefined;
      expect([name, needed, condition]).toEqual([
        name,
        needed,
        checked ? 'service_healthy' : 'service_completed_successfully',
      ]);
    }
  }
});

test('the worker gets longer to stop than it takes to drain', () => {
  // 30 s, after which the worker stops waiting for its activities.
  expect(Number.parseInt(service('worker').stop_grace_period ?? '', 10)).toBeGreaterThan(30);
});

test('every file that is mounted exists', () => {
  const mounted = Object.values(services)
    .flatMap(({ volumes }) => volumes)
    .filter((volume) => volume.startsWith('./'))
    .map((volume) => volume.split(':')[0] ?? '');
  expect(mounted.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('Temporal has what fairness keys need', () => {
  expect(parse(read('deploy/temporal/dynamic-config.yaml'))).toEqual({
    'matching.useNewMatcher': [{ value: true }],
    'matching.enableFairness': [{ value: true }],
  });
});

test('the image is built of what the API and the worker are made of, and of the console', () => {
  const lines = read('.dockerignore').split('\n');
  const letIn = lines.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  expect(lines).toContain('*');
  const { include } = z
    .object({ include: z.array(z.string()) })
    .parse(JSON.parse(read('tsconfig.json')));
  const folders = include.filter((folder) => !/^(bench|cli|dev|sandbox|test\/.*)$/.test(folder));
  const files = ['LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json'];
  // The console is compiled by itself, for browsers.
  expect(letIn.sort()).toEqual([...folders, 'console', ...files].sort());
});

function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}
