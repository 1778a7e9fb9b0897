import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SyncOverview } from '../../contract/sync-status';
import { createOwnDatabase } from '../../dev/own-database';
import { urlFor } from '../../dev/service-roles';
import { readApiSettings } from '../../settings/api-settings';
import { prepareSchema } from '../../store/migrate';
import { testServer } from '../test-servers';
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

/** Pages of which a test of their own runs every block. */
const PAGES_APART: Record<string, string> = {
  'docs/operations.md': 'test/e2e/operations-page.test.ts',
  'docs/workflows.md': 'test/workflow/workflows-page.test.ts',
};

/** Blocks that no test runs, by words in them. */
const NOT_RUN = [
  { page: 'README.md', words: 'npm run demo', why: 'CI runs it, from a fresh install' },
  { page: 'README.md', words: 'npm test', why: 'CI runs it, this test among others' },
  {
    page: 'docs/deployment.md',
    words: 'kubectl',
    why: 'needs a cluster; test/contract/kubernetes.test.ts holds it to the manifests, as far as that goes',
  },
];

/** The blocks that were run, so that none is left out. */
const tried = new Set<string>();

async function pages(): Promise<string[]> {
  const docs = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)];
}

async function blocksOf(page: string): Promise<string[]> {
  const text = await readFile(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = '']) => block);
}

/** The block of commands of a page that has some words, as it stands there. */
async function blockOf(page: string, words: string): Promise<string> {
  const block = (await blocksOf(page)).find((lines) => lines.includes(words));
  if (block === undefined) throw new Error(`${page} has no commands with ${words}`);
  tried.add(block);
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

test('the migration of configuration.md makes a schema with which API and worker start, and can be run again', async () => {
  const block = await blockOf('docs/configuration.md', 'migrate.js');
  const name = `documented_${randomBytes(6).toString('hex')}`;
  const own = await createOwnDatabase(testServer('TEST_DATABASE_URL'), name);
  try {
    const commands = block.replace('postgres://owner:password@host:5432/database', own.url);
    const first = await runShell(commands, {}, ROOT);
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining('applied 0001') });
    for (const role of ['api', 'worker'] as const) await prepareSchema(urlFor(role, own.url), role);
    expect(await runShell(commands, {}, ROOT)).toMatchObject({
      code: 0,
      out: 'The schema was up to date\n',
    });
  } finally {
    await own.drop();
  }
});

test('CI runs what the README begins with', async () => {
  const ci = await readFile(join(ROOT, '.ci', 'run'), 'utf8');
  for (const command of ['npm ci', 'npm run demo', 'npm test']) {
    expect((await blocksOf('README.md')).join('')).toContain(command);
    expect(ci).toMatch(new RegExp(`^(step|counted) ${command}( |$)`, 'm'));
  }
});

test('every block of commands of the README and the docs is run by a test, or it is said why not', async () => {
  const left: string[] = [];
  const excused = new Set<(typeof NOT_RUN)[number]>();
  for (const page of await pages()) {
    const apart = PAGES_APART[page];
    if (apart !== undefined) {
      expect(await readFile(join(ROOT, apart), 'utf8')).toContain(page.replace('docs/', ''));
      continue;
    }
    for (const block of await blocksOf(page)) {
      const excuse = NOT_RUN.find((one) => one.page === page && block.includes(one.words));
      if (excuse !== undefined) excused.add(excuse);
      else if (!tried.has(block)) left.push(`${page}: ${block}`);
    }
  }
  expect(left).toEqual([]);
  expect(NOT_RUN.filter((one) => !excused.has(one))).toEqual([]);
});

test('commands that stand in the text of the pages are there', async () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
  const gone: string[] = [];
  for (const page of await pages()) {
    const text = await readFile(join(ROOT, page), 'utf8');
    for (const [command, script, program] of text.matchAll(
      /\bnpm run ([\w:-]+)|\bnode dist\/([\w/-]+)\.js/g,
    )) {
      const isThere =
        script === undefined ? existsSync(join(ROOT, `${program}.ts`)) : script in scripts;
      if (!isThere) gone.push(`${page}: ${command}`);
    }
  }
  expect(gone).toEqual([]);
});
