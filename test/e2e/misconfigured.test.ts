import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { type Child, startChild } from '../../dev/child-process';
import { eventually } from '../eventually';
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
