import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SyncOverview } from '../../contract/sync-status';
import { readApiSettings } from '../../settings/api-settings';
import { CLI } from './cli-process';
import { runShell } from './run-shell';
import { startTestStack, type TestStack } from './test-stack';

const ROOT = join(__dirname, '..', '..');

let stack: TestStack;
let folder: string;
beforeAll(async () => {
  stack = await startTestStack({ consoleFolder: join(ROOT, 'dist', 'browser') });
  await stack.startWorker();
});
afterAll(() => stack.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amazon-sync-commands-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The block of commands of a page that has some words, as it stands there. */
async function blockOf(page: string, words: string): Promise<string> {
  const text = await readFile(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const block = blocks.find((lines) => lines.includes(words));
  if (block === undefined) throw new Error(`${page} has no commands with ${words}`);
  return block;
}

test('the requests of the README sign in, start a sync, and read its status and orders', async () => {
  const block = await blockOf('README.md', 'cookies.txt');
  const commands = block.replace('http://127.0.0.1:3000', stack.apiUrl);
  const { out } = await runShell(commands, { HOME: folder }, folder);
  // The sync may have ended before its status was asked for.
  const [signedIn, started, status, orders] = z
    .tuple([z.json(), z.json(), z.json(), z.json()])
    .parse(JSON.parse(`[${out.replaceAll('}{', '},{')}]`));
  expect(signedIn).toMatchObject({ success: true });
  expect(JSON.stringify(started)).toMatch(/"(syncId|existingSyncId)":"sync_me_\d+"/);
  expect(SyncOverview.parse(status).status).toMatch(/^(in_progress|complete)$/);
  expect(orders).toMatchObject({ success: true, orders: expect.any(Array) });
});

test('the commands of the README for the terminal start a sync, show how it ended, and save its orders', async () => {
  const user = await stack.user(await stack.newSeller());
  await writeFile(join(folder, '.amazon-sync-token'), user.cookie.replace('session_token=', ''), {
    mode: 0o600,
  });
  // As `npm install --global .` puts it on the PATH.
  await writeFile(
    join(folder, 'amazon-sync'),
    `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`,
  );
  await chmod(join(folder, 'amazon-sync'), 0o755);
  const block = await blockOf('README.md', 'amazon-sync start');
  const commands = block.replace('https://sync.example', stack.apiUrl);
  const env = { HOME: folder, PATH: `${folder}:${process.env.PATH}` };
  expect(await runShell(commands, env, folder)).toMatchObject({
    code: 0,
    out: expect.stringContaining('"lastSync"'),
  });
  const saved = await readFile(join(folder, 'orders.csv'), 'utf8');
  expect(saved.split('\n').length).toBeGreaterThan(100);
});

test('the request of webhooks.md registers a webhook and gets its secret', async () => {
  const user = await stack.user();
  const SESSION = user.cookie.replace('session_token=', '');
  const block = await blockOf('docs/webhooks.md', 'amazon/webhooks');
  const { out } = await runShell(block, { API: stack.apiUrl, SESSION }, folder);
  expect(out).toContain('"secret":"whsec_');
});

test('the keys that configuration.md makes are accepted', async () => {
  const block = await blockOf('docs/configuration.md', 'ecparam');
  const { out } = await runShell(block, { HOME: folder }, folder);
  const [SESSION_JWT_SECRET, TOKEN_ENCRYPTION_KEYS, password] = out.split('\n');
  const { SESSION_JWT_SECRET: _, ...env } = stack.apiEnv;
  const made = { ...env, TOKEN_ENCRYPTION_KEYS };
  const publicKey = join(folder, 'session-public.pem');
  expect(password).toMatch(/^[0-9a-f]{64}$/);
  expect(readApiSettings({ ...made, SESSION_JWT_SECRET }).encryptionKeys).toHaveLength(1);
  expect(
    readApiSettings({ ...made, SESSION_JWT_PUBLIC_KEY_FILE: publicKey }).session.keys.keyFor(
      undefined,
    ),
  ).toMatchObject({ algorithm: 'ES256' });
});
