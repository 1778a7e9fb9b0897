import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild, untilReady } from '../../dev/child-process';
import { freePort } from '../../dev/free-port';
import { createSyncClient } from '../../dev/sync-client';
import { start } from './bodies';
import { firstSeller, startTestStack, type TestStack } from './test-stack';

let stack: TestStack;
const folder = mkdtempSync(join(tmpdir(), 'read-only-'));
const children: Child[] = [];
const lines: string[] = [];

beforeAll(async () => {
  stack = await startTestStack();
  chmodSync(folder, 0o555);
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.stop()));
  await stack.stop();
  rmSync(folder, { recursive: true });
});

/**
 * As on a read-only file system: Node itself refuses every write, whoever runs it. Its permission model has had two
 * names; native code and threads, which a Temporal worker is made of, have to be allowed.
 */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

async function restricted(
  entry: 'api' | 'worker',
  env: Record<string, string>,
  allowed: readonly string[],
): Promise<Child> {
  const child = await startChild({
    name: entry,
    command: process.execPath,
    args: [
      PERMISSION,
      '--allow-fs-read=*',
      ...allowed,
      join(__dirname, '..', '..', 'dist', entry, 'main.js'),
    ],
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      ...(entry === 'api' ? stack.apiEnv : stack.env),
      ...env,
      HOME: folder,
    },
    onLine: (line) => lines.push(line),
  });
  children.push(child);
  return child;
}

test('API and worker do their work and end without writing a single file', async () => {
  const port = await freePort(0);
  const url = `http://127.0.0.1:${port}`;
  const env = { PORT: String(port), PUBLIC_URL: url };
  const api = await restricted('api', env, []);
  const worker = await restricted('worker', {}, ['--allow-addons', '--allow-worker']);
  const ready = async () => (await fetch(`${url}/readyz`)).ok;
  await untilReady(api, ready, { seconds: 60 });
  await untilReady(worker, async () => lines.some((line) => line.includes('worker is ready')), {
    seconds: 60,
  });
  const seller = firstSeller(stack);
  const user = await stack.user(seller);
  const client = createSyncClient(url, user.cookie);
  expect(await client.untilEnded(await start(client), 120_000)).toMatchObject({
    status: 'complete',
    partial: false,
  });
  await Promise.all(children.map((child) => child.stop()));
  expect([await api.ended, await worker.ended]).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ]);
  expect(lines.join('\n')).not.toContain('ERR_ACCESS_DENIED');
}, 240_000);
