import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../../dev/child-process';
import { createSyncClient, signIn } from '../../dev/sync-client';
import { eventually } from '../eventually';
import { start } from './bodies';
import { runShell } from './run-shell';

/** `npm run dev` in a folder of its own. */
async function dev(folder: string, env: Record<string, string> = {}) {
  const lines: string[] = [];
  const child: Child = await startChild({
    name: 'dev',
    command: process.execPath,
    args: [join(__dirname, '..', '..', 'dist', 'dev', 'main.js')],
    cwd: folder,
    env: { ...process.env, ...env },
    stopSignal: 'SIGINT',
    graceSeconds: 30,
    onLine: (line) => lines.push(line),
  });
  return { child, output: () => lines.join('\n') };
}

async function up({ child, output }: Awaited<ReturnType<typeof dev>>): Promise<string> {
  const found = eventually(
    'the stack',
    () => (output().includes('Ctrl-C ends it') ? /API +(http:\S+)/.exec(output())?.[1] : undefined),
    60_000,
  );
  const ended = child.ended.then(() => {
    throw new Error(`The stack ended:\n${output()}`);
  });
  return Promise.race([found, ended]);
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amazon-sync-dev-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a stack that cannot start says why and ends', async () => {
  const { child, output } = await dev(folder, { TEMPORAL_CLI: '/bin/false' });
  expect(await child.ended).toEqual({ code: 1, signal: null });
  expect(output()).toContain('TEMPORAL_CLI');
});

test('data, session and connection outlive a restart, and a running stack is not started over', async () => {
  const first = await dev(folder);
  const before = await up(first);
  const cookie = await signIn(before, 'me', 'ASANDBOXSELLER1');
  const client = createSyncClient(before, cookie);
  // What it says that can be done, done: a sign-in, a start and a look at it.
  const commands = first.output().match(/^ {2}curl .*$/gm) ?? [];
  expect(commands).toHaveLength(3);
  const { out } = await runShell(commands.join('\n'), { HOME: folder }, folder);
  const syncId = /"(?:syncId|existingSyncId)":"(sync_me_\d+)"/.exec(out)?.[1];
  expect(syncId).toBeDefined();
  await client.untilEnded(syncId ?? '', 60_000);

  const second = await dev(folder);
  expect(await second.child.ended).toEqual({ code: 1, signal: null });
  expect(second.output()).toContain('already runs');
  // From the log and from the console to the run.
  const runsUrl = /data-runs-url="([^"]+)"/.exec(await (await fetch(before)).text())?.[1];
  expect(runsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows$/);
  const ended = await eventually('the line of the end', async () => {
    const log = await readFile(join(folder, '.data', 'dev', 'stack.log'), 'utf8');
    return log.split('\n').find((line) => line.includes('"sync ended"') && line.endsWith('}'));
  });
  expect(JSON.parse(ended).run).toMatch(
    new RegExp(`^${runsUrl}/amazon-sync-me/[0-9a-f-]{36}/history$`),
  );
  // Of the API, of the worker and of Temporal's SDK in it.
  const metrics = first.output().match(/http:\S+\/metrics/g) ?? [];
  expect(metrics).toHaveLength(3);
  for (const url of metrics) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
  await first.child.stop();
  expect(await first.child.ended).toEqual({ code: 0, signal: null });

  const again = await dev(folder);
  try {
    const later = createSyncClient(await up(again), cookie);
    const ended = await later.untilEnded(await start(later), 60_000);
    // Nothing new since: it went on from where the first sync ended.
    expect(ended).toMatchObject({ status: 'complete', partial: false, ordersProcessed: 0 });
    const { body } = await later.get('/api/v1/integrations/amazon/orders?limit=1');
    expect(body).toMatchObject({ total: 2_000 });
  } finally {
    await again.child.stop();
  }
});
