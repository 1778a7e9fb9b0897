import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ScheduleNotFoundError } from '@temporalio/client';
import { sql } from 'kysely';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { FAILURE } from '../../contract/failures';
import { dailyScheduleId, maintenanceScheduleId } from '../../contract/schedule-ids';
import { temporalBinary } from '../../dev/temporal-binary';
import { findSync } from '../../store/syncs';
import { eventually } from '../eventually';
import { testServer } from '../test-servers';
import { start, statusOf } from './bodies';
import { maintained, onlyWhenAsked, taskQueueOf } from './maintenance';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

jest.setTimeout(300_000);

const ROOT = join(__dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');

/** The blocks of a section of the page, in their order. */
function blocksOf(section: string, language: 'sh' | 'sql'): string[] {
  const [, text = ''] = PAGE.split(`\n## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  return [...own.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, kind, block = '']) =>
    kind === language ? [block] : [],
  );
}

/** How often each block was run, so that none is left out. */
const tried = new Set<string>();

let stack: TestStack;
/** A folder with the CLI, as on the PATH of an operator. */
let folder: string;
let user: TestUser;

beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
  await onlyWhenAsked(stack);
  folder = await mkdtemp(join(tmpdir(), 'amazon-sync-operator-'));
  const binary = await temporalBinary({ env: process.env, report: () => undefined });
  await symlink(binary, join(folder, 'temporal'));
});
afterAll(async () => {
  await stack?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  user = await stack.user(await stack.newSeller());
});

/** The page's ids are those of the default queue and of a user of its own; a test has others. */
function here(text: string): string {
  const taskQueue = taskQueueOf(stack);
  return text
    .replaceAll('user123', user.userId)
    .replaceAll('--task-queue amazon-sync', `--task-queue ${taskQueue}`)
    .replaceAll('amazon-sync-maintenance', maintenanceScheduleId(taskQueue));
}

/** Runs the commands of a block, and returns what they print. Fails where one does. */
async function shell(block: string | undefined): Promise<string> {
  if (block === undefined) throw new Error('The page has no such block');
  tried.add(block);
  // What is built is built; to do so again would take it away from the tests beside this one.
  const replay = `node ${join(ROOT, 'dist/dev/replay-history.js')}`;
  const commands = here(block).replaceAll('npm run replay --', replay);
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH}`,
    TEMPORAL_ADDRESS: testServer('TEST_TEMPORAL_ADDRESS'),
  };
  const { stdout } = await promisify(execFile)('sh', ['-ec', commands], { env, cwd: folder });
  return stdout;
}

async function query(block: string | undefined): Promise<unknown[]> {
  if (block === undefined) throw new Error('The page has no such block');
  tried.add(block);
  return (await sql.raw(here(block)).execute(stack.db)).rows;
}

const run = () => stack.temporal.workflow.getHandle(amazonSyncWorkflowId(user.userId));

/** A sync that waits for half an hour, behind a quota of its seller that is used up far ahead. */
async function waiting(): Promise<string> {
  await sql`insert into quota_buckets (connection_id, operation, tokens, counted_at_ms)
    select id, 'createReport', -1000000, ${Date.now()} from connections
    where user_key = ${user.userId}`.execute(stack.db);
  const syncId = await start(user.client);
  await eventually('a wait', async () => {
    const { pendingActivities } = (await run().describe()).raw;
    const waits = pendingActivities?.some(
      ({ activityType, lastFailure }) => activityType?.name === 'requestReport' && lastFailure,
    );
    return waits ? true : undefined;
  });
  return syncId;
}

/** What it waits for is there. */
const quotaIsBack = () =>
  sql`delete from quota_buckets where connection_id in (
    select id from connections where user_key = ${user.userId})`.execute(stack.db);

test('a sync that does not move is found, looked into and cancelled', async () => {
  const syncId = await waiting();
  // Again is no fault, but at the same moment as a worker's it is.
  await eventually('search attributes', () =>
    shell(blocksOf('What runs', 'sh')[1]).then(
      () => true,
      () => undefined,
    ),
  );
  // Temporal's list lags behind.
  const list = await eventually(
    'the list',
    async () => {
      // Servers learn of new attributes some seconds later.
      const printed = await shell(blocksOf('What runs', 'sh')[0]).catch(() => '');
      return printed.includes(amazonSyncWorkflowId(user.userId)) ? printed : undefined;
    },
    180_000,
  );
  expect(list).toMatch(/Total: [1-9]/);
  // The workers that ask for work.
  expect(list).toMatch(/Pollers:[\s\S]*@/);

  const [look] = blocksOf('One sync', 'sh');
  const found = await shell(look);
  expect(found).toContain('requestReport');
  expect(found).toContain('quota_wait');
  expect(found).toMatch(/- Orders: .*, 0 of \d+ steps/);
  expect(found).toContain(`"syncId":"${syncId}"`);

  const buckets = await query(blocksOf('Stuck behind a quota', 'sql')[0]);
  expect(buckets).toContainEqual(
    expect.objectContaining({
      operation: 'createReport',
      requests_left: expect.stringMatching(/^-\d{6}/),
      slowdown: 1,
    }),
  );
  expect(await query(blocksOf('To stop, roll out and step back', 'sql')[0])).toEqual([
    { count: '1' },
  ]);

  const [cancel] = blocksOf('To end a sync', 'sh');
  await shell(cancel);
  const ended = await user.client.untilEnded(syncId, 120_000);
  expect(ended).toMatchObject({ status: 'cancelled' });
  expect((await query(blocksOf('One sync', 'sql')[0]))[0]).toMatchObject({
    sync_id: syncId,
    status: 'cancelled',
    trigger: 'manual',
    error: null,
  });
});

test('a sync that was terminated says so with the reason, and the user can start another', async () => {
  const syncId = await waiting();
  await shell(blocksOf('To end a sync', 'sh')[1]);
  expect(await user.client.untilEnded(syncId, 120_000)).toMatchObject({
    status: 'failed',
    error: { type: 'terminated', message: expect.stringContaining('stuck since noon') },
  });
  await quotaIsBack();
  const next = await start(user.client);
  expect(await user.client.untilEnded(next, 120_000)).toMatchObject({ status: 'complete' });
});

test('a sync that was reset goes on under its id, and its history can be replayed', async () => {
  const syncId = await waiting();
  const before = await run().describe();
  await quotaIsBack();
  await shell(blocksOf('To have a sync go on from its beginning', 'sh')[0]);
  expect((await run().describe()).runId).not.toBe(before.runId);
  expect(await user.client.untilEnded(syncId, 120_000)).toMatchObject({ status: 'complete' });
  expect(await shell(blocksOf('To look into a run', 'sh')[0])).toMatch(
    /history\.json: this code follows all \d+ events/,
  );
});

test('maintenance is paused, goes on, and runs when asked', async () => {
  expect(await shell(blocksOf('Maintenance', 'sh')[0])).toContain(
    maintenanceScheduleId(taskQueueOf(stack)),
  );
  const schedule = stack.temporal.schedule.getHandle(maintenanceScheduleId(taskQueueOf(stack)));
  const { state } = await schedule.describe();
  expect(state).toMatchObject({ paused: false, note: 'moved' });
  await onlyWhenAsked(stack);
});

test('after a restore the daily syncs in Temporal follow the rows', async () => {
  const schedule = stack.temporal.schedule.getHandle(
    dailyScheduleId(taskQueueOf(stack), user.userId),
  );
  await user.client.put('/api/v1/integrations/amazon/schedule', { enabled: true });
  await query(blocksOf('Backups', 'sql')[0]);
  await maintained(stack);
  await schedule.delete();
  await query(blocksOf('Backups', 'sql')[0]);
  await maintained(stack);
  expect(await schedule.describe().catch((error: unknown) => error)).not.toBeInstanceOf(
    ScheduleNotFoundError,
  );
});

test('old syncs are deleted, but not the one that writes are fenced by', async () => {
  const ids: string[] = [];
  for (const _ of [1, 2]) {
    const syncId = await start(user.client);
    await user.client.untilEnded(syncId, 120_000);
    ids.push(syncId);
  }
  await sql`update syncs set completed_at = now() - interval '3 years'
    where user_key = ${user.userId}`.execute(stack.db);
  await query(blocksOf('Retention', 'sql')[0]);
  const [older = '', newer = ''] = ids;
  expect(await findSync(stack.db, user.userId, older)).toBeUndefined();
  expect(await statusOf(user.client, newer)).toMatchObject({ status: 'complete' });
});

test('every block of the page was run', () => {
  const blocks = [...PAGE.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(10);
  expect(blocks.filter((block) => !tried.has(block))).toEqual([]);
});

test('the page explains every type of failure, and no other', () => {
  const [, text = ''] = PAGE.split('\n## What a failure means\n');
  const [section = ''] = text.split('\n## ');
  const types = [...section.matchAll(/^\| (`[^|]+`)\s+\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, type]) => type),
  );
  expect(types.sort()).toEqual(Object.values(FAILURE).sort());
});
