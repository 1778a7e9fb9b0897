import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readApiSettings } from '../../settings/api-settings';
import { readMigrationSettings } from '../../settings/migration-settings';
import { temporalOptions } from '../../settings/temporal-options';
import { readWorkerSettings } from '../../settings/worker-settings';

const FILES = join(__dirname, '..', '..', 'deploy', 'kubernetes');
const run = promisify(execFile);

const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const Container = z.object({
  image: z.string(),
  command: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })).default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ memory: z.string() }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.tuple([z.object({ mountPath: z.string(), readOnly: z.literal(true) })]),
});
const Volume = z.object({
  secret: z.object({ secretName: z.string(), items: z.array(z.object({ path: z.string() })) }),
});
const Pod = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    automountServiceAccountToken: z.literal(false),
    securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.literal(1000) }),
    terminationGracePeriodSeconds: z.number().optional(),
    containers: z.tuple([Container]),
    volumes: z.tuple([Volume]),
  }),
});
const Workload = z.object({
  kind: z.enum(['Deployment', 'Job']),
  metadata: z.object({ name: z.string(), namespace: z.literal('amazon-sync') }),
  spec: z.object({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }).optional(),
    template: Pod,
  }),
});
const ConfigMap = z.object({
  kind: z.literal('ConfigMap'),
  metadata: z.object({ name: z.string() }),
  data: z.record(z.string(), z.string()),
});
const Manifest = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
type Manifest = z.infer<typeof Manifest>;

/** What each key of the secrets could hold; the files that are mounted are these. */
const SECRETS: Record<string, string> = {
  'database-url': 'postgres://amazon_sync:a1@postgres.example.com:5432/amazon_sync',
  'database-url-api': 'postgres://amazon_sync_api:b2@postgres.example.com:5432/amazon_sync',
  'database-url-worker': 'postgres://amazon_sync_worker:c3@postgres.example.com:5432/amazon_sync',
  'session-jwt-secret': 'a secret that has more than 32 bytes',
  'token-encryption-keys': `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  'amazon-client-id': 'amzn1.application-oa2-client.example',
  'amazon-client-secret': 'example',
  'temporal-api-key': 'example-api-key',
};

let folder: string;
let validator: string;
let own: Manifest[];
let cloud: Manifest[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  validator = join(folder, 'validate');
  // Fetches its modules and compiles them the first time: a minute or two.
  await run('go', ['build', '-o', validator, '.'], { cwd: join(FILES, 'validate') });
  for (const [name, value] of Object.entries(SECRETS)) writeFileSync(join(folder, name), value);
  own = await built(join(FILES, 'base'));
  cloud = await built(join(FILES, 'overlays', 'temporal-cloud'));
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The objects of a kustomization, each read strictly by Kubernetes' own types; throws with what is wrong. */
async function built(path: string): Promise<Manifest[]> {
  const { stdout } = await run(validator, [path]);
  return z.array(Manifest).parse(JSON.parse(stdout));
}

function workload(manifests: readonly Manifest[], program: string) {
  const found = manifests
    .flatMap((manifest) => Workload.safeParse(manifest).data ?? [])
    .find(({ spec }) => spec.template.spec.containers[0].command.includes(program));
  if (found === undefined) throw new Error(`Nothing runs ${program}`);
  return {
    ...found,
    pod: found.spec.template.spec,
    container: found.spec.template.spec.containers[0],
  };
}

/** The environment of a container, with the files of its secrets where this machine has them. */
function environmentOf(manifests: readonly Manifest[], program: string): Record<string, string> {
  const { pod, container } = workload(manifests, program);
  const mounted = new Map(
    pod.volumes[0].secret.items.map(({ path }) => [
      `${container.volumeMounts[0].mountPath}/${path}`,
      join(folder, path),
    ]),
  );
  const maps = container.envFrom.map(({ configMapRef }) =>
    ConfigMap.parse(manifests.find(({ metadata }) => metadata.name === configMapRef.name)),
  );
  const env = Object.assign({}, ...maps.map(({ data }) => data));
  for (const { name, value } of container.env) {
    if (name.endsWith('_FILE')) expect([name, mounted.has(value)]).toEqual([name, true]);
    env[name] = mounted.get(value) ?? value;
  }
  return env;
}

/** Every setting by its name, as the page that is written from their schemas has them. */
const KNOWN = new Set(
  Array.from(
    readFileSync(join(FILES, '..', '..', 'docs', 'configuration.md'), 'utf8').matchAll(
      /^\| `([A-Z_]+)`(?: \(F\))? /gm,
    ),
    ([, name]) => name,
  ),
);

const PROGRAMS = ['dist/api/main.js', 'dist/worker/main.js', 'dist/worker/migrate.js'];

test.each(PROGRAMS)('every setting of %s is one that the service knows', (program) => {
  for (const manifests of [own, cloud]) {
    const names = Object.keys(environmentOf(manifests, program));
    expect(names.filter((name) => !KNOWN.has(name.replace(/_FILE$/, '')))).toEqual([]);
  }
});

test('API, worker and migration start from the manifests and filled-in secrets, each as a role of its own', () => {
  const api = readApiSettings(environmentOf(own, 'dist/api/main.js'));
  const worker = readWorkerSettings(environmentOf(own, 'dist/worker/main.js'));
  const migration = readMigrationSettings(environmentOf(own, 'dist/worker/migrate.js'));
  const users = [api, worker, migration].map(({ databaseUrl }) => new URL(databaseUrl).username);
  expect(users).toEqual(['amazon_sync_api', 'amazon_sync_worker', 'amazon_sync']);
  expect(api.temporal).toMatchObject({ address: 'temporal-frontend.temporal:7233' });
});

test('docs/deployment.md makes every key of the secrets that pods ask for', () => {
  const page = readFileSync(join(FILES, '..', '..', 'docs', 'deployment.md'), 'utf8');
  const made = [
    ...page.matchAll(/create secret generic ([\w-]+)((?: |\\\n|--from-file=[\w-]+)+)/g),
  ];
  const keysOf = new Map(
    made.map(([, name, files = '']) => [
      name,
      Array.from(files.matchAll(/--from-file=([\w-]+)/g), ([, key]) => key).sort(),
    ]),
  );
  const asked = new Map<string, Set<string>>();
  for (const program of PROGRAMS) {
    const { secretName, items } = workload(own, program).pod.volumes[0].secret;
    const keys = items.map(({ path }) => path);
    asked.set(secretName, new Set([...(asked.get(secretName) ?? []), ...keys]));
  }
  expect(keysOf).toEqual(new Map([...asked].map(([name, keys]) => [name, [...keys].sort()])));
});

test('Temporal Cloud is settings alone: its address, its namespace and a key, over TLS', () => {
  const { temporal, temporalUi } = readWorkerSettings(environmentOf(cloud, 'dist/worker/main.js'));
  expect(temporalUi).toEqual({
    url: 'https://cloud.temporal.io',
    namespace: 'amazon-sync.a1b2c',
  });
  expect(temporalOptions(temporal)).toMatchObject({
    namespace: 'amazon-sync.a1b2c',
    connectionOptions: {
      address: 'us-east-1.aws.api.temporal.io:7233',
      apiKey: 'example-api-key',
      tls: expect.anything(),
    },
  });
  expect(readApiSettings(environmentOf(cloud, 'dist/api/main.js')).temporal.namespace).toBe(
    'amazon-sync.a1b2c',
  );
  const kinds = (manifests: Manifest[]) => manifests.map(({ kind }) => kind);
  expect(kinds(cloud)).toEqual(kinds(own));
});

test('probes, metrics and the time to stop fit the processes', () => {
  const api = workload(own, 'dist/api/main.js');
  const worker = workload(own, 'dist/worker/main.js');
  const portsOf = ({ container }: typeof api) =>
    Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
  const settings = readWorkerSettings(environmentOf(own, 'dist/worker/main.js'));
  const { port, metricsPort } = readApiSettings(environmentOf(own, 'dist/api/main.js'));
  expect(portsOf(api)).toEqual({ http: port, metrics: metricsPort });
  expect(portsOf(worker)).toEqual({
    metrics: settings.metricsPort,
    'sdk-metrics': settings.sdkMetricsPort,
  });
  expect(api.container).toMatchObject({
    startupProbe: { httpGet: { path: '/healthz', port: 'http' } },
    livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
  });
  expect(worker.container.livenessProbe?.httpGet).toEqual({ path: '/metrics', port: 'metrics' });
  // Longer than they take to drain: 5 s and 10 s, and 30 s.
  expect(api.pod.terminationGracePeriodSeconds).toBeGreaterThan(15);
  expect(worker.pod.terminationGracePeriodSeconds).toBeGreaterThan(30);
});

test('the workers of a build are a deployment of their own, named after it', () => {
  const { metadata, spec } = workload(own, 'dist/worker/main.js');
  const { WORKER_BUILD_ID: build = '', ...env } = environmentOf(own, 'dist/worker/main.js');
  expect(env).toMatchObject({ WORKER_DEPLOYMENT_NAME: 'amazon-sync' });
  expect(metadata.name).toBe(`worker-${build}`);
  expect(spec.selector?.matchLabels).toMatchObject({ 'app.kubernetes.io/version': build });
  expect(spec.template.metadata.labels).toMatchObject(spec.selector?.matchLabels ?? {});
  for (const program of PROGRAMS) {
    expect(workload(own, program).container.image.endsWith(`:${build}`)).toBe(true);
  }
});

test.each([
  [
    'a misspelt field',
    'terminationGracePeriodSeconds: 45',
    'terminationGraceSeconds: 45',
    /unknown field/,
  ],
  ['a wrong type', 'replicas: 2', 'replicas: two', /replicas/],
])('%s is found', async (_, right, wrong, told) => {
  const broken = mkdtempSync(join(tmpdir(), 'broken-'));
  try {
    cpSync(join(FILES, 'base'), broken, { recursive: true });
    const path = join(broken, 'worker.yaml');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(right);
    writeFileSync(path, text.replace(right, wrong));
    await expect(built(broken)).rejects.toThrow(told);
  } finally {
    rmSync(broken, { recursive: true, force: true });
  }
});
