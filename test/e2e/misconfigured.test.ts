import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { startApiProcess } from '../../api/api-process';
import { type Child, startChild } from '../../dev/child-process';
import { freePort } from '../../dev/free-port';
import { createLogger } from '../../observability/logger';
import { readApiSettings } from '../../settings/api-settings';
import { readWorkerSettings } from '../../settings/worker-settings';
import { startWorkerProcess } from '../../worker/worker-process';
import { eventually } from '../eventually';
import { testServer } from '../test-servers';
import { START } from './bodies';
import { startTestStack, type TestStack } from './test-stack';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

async function startProcess(entry: 'api' | 'worker', env: Record<string, string>) {
  const lines: string[] = [];
  const child: Child = await startChild({
    name: entry,
    command: process.execPath,
    args: [join(__dirname, '..', '..', 'dist', entry, 'main.js')],
    env: { PATH: process.env.PATH, ...(entry === 'api' ? stack.apiEnv : stack.env), ...env },
    onLine: (line) => lines.push(line),
  });
  return { child, lines };
}

test('a worker whose namespace does not exist ends, so that something can start it again', async () => {
  const { child, lines } = await startProcess('worker', {
    TEMPORAL_NAMESPACE: 'no-such-namespace',
  });
  expect(await child.ended).toEqual({ code: 1, signal: null });
  expect(lines.join('\n')).toContain('no-such-namespace');
});

test('an API whose namespace does not exist is not ready', async () => {
  const { child, lines } = await startProcess('api', { TEMPORAL_NAMESPACE: 'no-such-namespace' });
  const port = await eventually('the API', () => /"port":(\d+)/.exec(lines.join('\n'))?.[1]);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
  await child.stop();
});

/** Whether anybody answers at `/metrics` of a port. */
const isMeasured = (port: string) =>
  fetch(`http://127.0.0.1:${port}/metrics`).then(
    () => true,
    () => false,
  );

test('an API whose port is taken leaves nothing open', async () => {
  const METRICS_PORT = String(await freePort(0));
  const { port } = new URL(stack.apiUrl);
  const settings = readApiSettings({ ...stack.apiEnv, METRICS_PORT, PORT: port });
  const api = startApiProcess(settings, { log: createLogger('other', 'silent') });
  await expect(api).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(await isMeasured(METRICS_PORT)).toBe(false);
});

test('a worker that does not find Temporal leaves nothing open', async () => {
  const METRICS_PORT = String(await freePort(0));
  const TEMPORAL_ADDRESS = `127.0.0.1:${await freePort(0)}`;
  const settings = readWorkerSettings({ ...stack.env, METRICS_PORT, TEMPORAL_ADDRESS });
  const worker = startWorkerProcess(settings, {
    workflows: { bundle: { codePath: testServer('TEST_WORKFLOW_BUNDLE') } },
    log: createLogger('other', 'silent'),
  });
  await expect(worker).rejects.toThrow();
  expect(await isMeasured(METRICS_PORT)).toBe(false);
});

test('a header value that gRPC refuses is not quoted in the log', async () => {
  const { child, lines } = await startProcess('api', {
    TEMPORAL_TLS: 'false',
    TEMPORAL_GRPC_META_X_PLANTED: 'planted-secret-\u00e9',
  });
  const port = await eventually('the API', () => /"port":(\d+)/.exec(lines.join('\n'))?.[1]);
  const user = await stack.user();
  for (const [path, method] of [
    ['/readyz', 'GET'],
    [START, 'POST'],
  ] as const) {
    await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { cookie: user.cookie } });
  }
  await eventually(
    'the log',
    () => lines.some((line) => line.includes('request failed')) || undefined,
  );
  await child.stop();
  expect(lines.join('\n')).not.toContain('planted-secret');
});

test('keys and passwords that cannot work are named at the start, all at once and without their text', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const { child, lines } = await startProcess('api', {
    SESSION_JWT_SECRET: '',
    SESSION_JWT_PUBLIC_KEY: weak.export({ type: 'spki', format: 'pem' }).toString(),
    DATABASE_URL: 'postgres://sync:planted%zz@127.0.0.1:1/sync',
    TEMPORAL_API_KEY: 'planted\nkey',
  });
  expect((await child.ended).code).toBe(1);
  const output = lines.join('\n');
  for (const name of ['SESSION_JWT_PUBLIC_KEY', 'DATABASE_URL', 'TEMPORAL_API_KEY']) {
    expect(output).toContain(name);
  }
  expect(output).not.toContain('planted');
});
