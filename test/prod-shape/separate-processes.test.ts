import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Child, runToEnd, startChild, untilReady } from '../../dev/child-process';
import { freePort } from '../../dev/free-port';
import { createOwnDatabase, type OwnDatabase } from '../../dev/own-database';
import { rowDifferences } from '../../dev/row-differences';
import { urlFor } from '../../dev/service-roles';
import { connectSeller, sessionToken } from '../../dev/sign-in';
import { storedRows } from '../../dev/stored-rows';
import { createSyncClient } from '../../dev/sync-client';
import { expectedRows } from '../../sandbox/expected-rows';
import { type Database, openDatabase } from '../../store/database';
import { start } from '../e2e/bodies';
import { firstSeller, startTestStack, type TestStack } from '../e2e/test-stack';
import { testServer } from '../test-servers';

const NAME = `shape_${randomUUID().replaceAll('-', '')}`;
const USER = 'user-of-production';

let stack: TestStack;
let own: OwnDatabase;
let db: Database;
const processes: Child[] = [];

beforeAll(async () => {
  // For its local Amazon and its secrets; the processes have a database and a task queue of their own.
  stack = await startTestStack();
  own = await createOwnDatabase(testServer('TEST_DATABASE_URL'), NAME);
  db = openDatabase({
    url: own.url,
    maxConnections: 2,
    connectTimeoutMs: 30_000,
    statementTimeoutMs: 60_000,
    applicationName: 'prod-shape',
  });
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.stop()));
  await db?.destroy();
  await own?.drop();
  await stack?.stop();
});

/** As production starts it: from the built code, with an environment of its own and no other. */
async function run(
  entry: string,
  env: Record<string, string>,
): Promise<{ child: Child; lines: string[] }> {
  const lines: string[] = [];
  const child = await startChild({ ...programOf(entry, env), onLine: (line) => lines.push(line) });
  processes.push(child);
  return { child, lines };
}

const programOf = (entry: string, env: Record<string, string>) => ({
  name: entry,
  command: process.execPath,
  // A worker lets its steps end for 20 s, and then cancels them.
  graceSeconds: 60,
  args: [join(__dirname, '..', '..', 'dist', entry)],
  env: { PATH: process.env.PATH, ...env },
});

test('the server is the one of production, on PostgreSQL', async () => {
  const { workflowService } = stack.temporal.connection;
  expect(await workflowService.getClusterInfo({})).toMatchObject({
    serverVersion: '1.29.1',
    persistenceStore: 'postgres12',
    visibilityStore: 'postgres12',
  });
});

test('migrations, API and worker, each a process with its own role, run one whole sync and end in order', async () => {
  await runToEnd(programOf('worker/migrate.js', { DATABASE_URL: own.url }));
  const port = await freePort(0);
  const url = `http://127.0.0.1:${port}`;
  const env = { ...stack.env, TEMPORAL_TASK_QUEUE: NAME };
  const api = await run('api/main.js', {
    ...env,
    DATABASE_URL: urlFor('api', own.url),
    PORT: String(port),
    PUBLIC_URL: url,
  });
  const worker = await run('worker/main.js', { ...env, DATABASE_URL: urlFor('worker', own.url) });
  await untilReady(api.child, async () => (await fetch(`${url}/readyz`)).ok, { seconds: 120 });
  const polls = async () => worker.lines.some((line) => line.includes('worker is ready'));
  await untilReady(worker.child, polls, { seconds: 120 });

  const seller = firstSeller(stack);
  await connectSeller(db, stack.vault, USER, seller, stack.sandbox.spApiUrl, Date.now());
  const client = createSyncClient(
    url,
    `session_token=${sessionToken(stack.sessionSecret, USER, Date.now())}`,
  );
  expect(await client.untilEnded(await start(client), 120_000)).toMatchObject({
    status: 'complete',
    partial: false,
    ordersProcessed: seller.orders.length,
  });
  expect(rowDifferences(expectedRows(seller), await storedRows(db, USER))).toEqual([]);

  await Promise.all(processes.map((one) => one.stop()));
  for (const { child, lines } of [api, worker]) {
    expect([child.name, await child.ended]).toEqual([child.name, { code: 0, signal: null }]);
    // Neither owns the tables, so row-level security holds both.
    expect(lines.join('\n')).not.toContain('row-level security');
  }
}, 300_000);
