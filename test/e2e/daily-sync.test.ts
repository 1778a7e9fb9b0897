import { ScheduleNotFoundError } from '@temporalio/client';
import { dailyOffsetSeconds, nextRunAt } from '../../contract/daily-run';
import {
  dailyScheduleId,
  maintenanceScheduleId,
  scheduledStartWorkflowId,
} from '../../contract/schedule-ids';
import type { ScheduledStart } from '../../contract/scheduled-start';
import { SyncMemo } from '../../contract/sync-input';
import { disconnect } from '../../store/connections';
import {
  changeSchedule,
  removeSchedule,
  type SyncSchedule,
  scheduleDaily,
} from '../../store/sync-schedules';
import { latestSyncs } from '../../store/syncs';
import { eventually } from '../eventually';
import { errorOf, START, start } from './bodies';
import { maintained, taskQueueOf } from './maintenance';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(() => stack.stop());

const HANG = { operation: 'createReport', times: null, effect: { kind: 'hang' } } as const;

/** An hour at which nothing runs by itself while a test lasts. */
const FAR_HOUR = (new Date().getUTCHours() + 12) % 24;

/** A user with a daily sync, as connecting through Amazon's page makes one. */
async function dailyUser(change: Partial<SyncSchedule> = {}): Promise<TestUser> {
  const user = await stack.user(await stack.newSeller());
  await stack.db
    .transaction()
    .execute((trx) => scheduleDaily(trx, user.userId, new Date(Date.now())));
  await changeSchedule(stack.db, user.userId, { hourUtc: FAR_HOUR, ...change }, new Date());
  return user;
}

const scheduleOf = ({ userId }: TestUser) =>
  stack.temporal.schedule.getHandle(dailyScheduleId(taskQueueOf(stack), userId));

async function existing(user: TestUser) {
  try {
    return await scheduleOf(user).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** Has the Schedule do now what it does every day; what came of it. */
async function runDaily(user: TestUser): Promise<ScheduledStart> {
  const before = (await scheduleOf(user).describe()).info.numActionsTaken;
  await scheduleOf(user).trigger();
  const workflow = await eventually('the daily start', async () => {
    const { info } = await scheduleOf(user).describe();
    return info.numActionsTaken > before ? info.recentActions.at(-1)?.action.workflow : undefined;
  });
  expect(workflow.workflowId).toContain(scheduledStartWorkflowId(taskQueueOf(stack), user.userId));
  return stack.temporal.workflow
    .getHandle(workflow.workflowId, workflow.firstExecutionRunId)
    .result();
}

const syncsOf = ({ userId }: TestUser) => latestSyncs(stack.db, userId, 10);

test('a daily sync follows its row: hour, minute and second, on and off', async () => {
  const user = await dailyUser({ hourUtc: 13 });
  await maintained(stack);
  const offset = dailyOffsetSeconds(user.userId);
  const timeOf = async () => (await existing(user))?.spec.calendars?.[0];
  const [minute, second] = [Math.floor(offset / 60), offset % 60].map((start) => [{ start }]);
  expect(await timeOf()).toMatchObject({ hour: [{ start: 13 }], minute, second });
  expect((await existing(user))?.policies).toMatchObject({ overlap: 'SKIP' });
  const next = (await existing(user))?.info.nextActionTimes[0];
  expect(next?.getTime()).toBeGreaterThan(Date.now());

  await changeSchedule(stack.db, user.userId, { hourUtc: 4 }, new Date());
  await maintained(stack);
  expect(await timeOf()).toMatchObject({ hour: [{ start: 4 }], minute, second });

  await changeSchedule(stack.db, user.userId, { enabled: false }, new Date());
  await maintained(stack);
  expect(await existing(user)).toBeUndefined();

  await changeSchedule(stack.db, user.userId, { enabled: true }, new Date());
  await maintained(stack);
  expect(await timeOf()).toMatchObject({ hour: [{ start: 4 }] });
});

test('maintenance that finds nothing to do says so with one activity', async () => {
  await maintained(stack);
  expect(await maintained(stack)).toEqual({});
});

test('a daily run starts a sync under the id of the user, with nobody asking', async () => {
  const user = await dailyUser();
  await maintained(stack);
  const result = await runDaily(user);
  if (result.kind !== 'started') throw new Error(`Not started: ${result.kind}`);
  const sync = await eventually('the end of the sync', async () => {
    const [latest] = await syncsOf(user);
    return latest !== undefined && latest.status !== 'in_progress' ? latest : undefined;
  });
  expect(sync).toMatchObject({ syncId: result.syncId, trigger: 'schedule', status: 'complete' });
  const described = await stack.temporal.workflow
    .getHandle(`amazon-sync-${user.userId}`)
    .describe();
  expect(SyncMemo.parse(described.memo)).toMatchObject({
    syncId: result.syncId,
    trigger: 'schedule',
    mode: 'auto',
  });
});

test('a start by hand while the daily sync runs is refused with its id', async () => {
  const user = await dailyUser();
  await maintained(stack);
  stack.sandbox.setFault(HANG);
  const result = await runDaily(user);
  if (result.kind !== 'started') throw new Error(`Not started: ${result.kind}`);
  const answer = await user.client.post(START);
  expect([answer.status, errorOf(answer).existingSyncId]).toEqual([409, result.syncId]);
  expect((await user.client.post('/api/sync/cancel')).status).toBe(200);
  await user.client.untilEnded(result.syncId, 60_000);
});

test('a daily run while a sync runs does nothing, and does not fail', async () => {
  const user = await dailyUser();
  await maintained(stack);
  stack.sandbox.setFault(HANG);
  const syncId = await start(user.client);
  expect(await runDaily(user)).toEqual({ kind: 'running' });
  expect((await syncsOf(user)).map((sync) => sync.syncId)).toEqual([syncId]);
  await user.client.post('/api/sync/cancel');
  await user.client.untilEnded(syncId, 60_000);
});

describe('no sync is started, and none fails,', () => {
  test('where Amazon waits to be authorized again; the Schedule stays for when it is', async () => {
    const user = await dailyUser();
    await maintained(stack);
    const mark = (status: 'connected' | 'reauthorization_required') =>
      stack.db
        .updateTable('connections')
        .set({ status })
        .where('user_key', '=', user.userId)
        .execute();
    await mark('reauthorization_required');
    expect(await runDaily(user)).toEqual({ kind: 'reauthorization_required' });
    expect(await syncsOf(user)).toEqual([]);
    await mark('connected');
    expect(await runDaily(user)).toMatchObject({ kind: 'started' });
  });

  test('where nothing is connected any more, be the Schedule still there', async () => {
    const user = await dailyUser();
    await maintained(stack);
    const { id } = await stack.db
      .selectFrom('connections')
      .select('id')
      .where('user_key', '=', user.userId)
      .executeTakeFirstOrThrow();
    await disconnect(stack.db, id, new Date());
    expect(await runDaily(user)).toEqual({ kind: 'not_connected' });
    await stack.db
      .transaction()
      .execute((trx) => removeSchedule(trx, user.userId, 'removed', new Date()));
    expect(await runDaily(user)).toEqual({ kind: 'off' });
    expect(await syncsOf(user)).toEqual([]);
    await maintained(stack);
    expect(await existing(user)).toBeUndefined();
  });

  test('where it was switched off a moment ago', async () => {
    const user = await dailyUser();
    await maintained(stack);
    await changeSchedule(stack.db, user.userId, { enabled: false }, new Date());
    expect(await runDaily(user)).toEqual({ kind: 'off' });
  });
});

test('a run that was due before Temporal knew of it is made up for', async () => {
  const user = await stack.user(await stack.newSeller());
  // Half an hour to two hours ago, as the user's offset has it.
  const hourUtc = (new Date().getUTCHours() + 23) % 24;
  const run = nextRunAt(user.userId, hourUtc, new Date(Date.now() - 3 * 3_600_000));
  const changedAt = new Date(run.getTime() - 1_000);
  await stack.db.transaction().execute((trx) => scheduleDaily(trx, user.userId, changedAt));
  await changeSchedule(stack.db, user.userId, { hourUtc }, changedAt);
  await maintained(stack);
  await eventually('the sync', async () => (await syncsOf(user))[0]);
  expect((await syncsOf(user))[0]).toMatchObject({ trigger: 'schedule' });
});

test('each worker sees to it that maintenance runs every minute, once for all of them', async () => {
  const id = maintenanceScheduleId(taskQueueOf(stack));
  const maintenance = stack.temporal.schedule.getHandle(id);
  await Promise.all([stack.startWorker(), stack.startWorker()]);
  const described = await eventually('the Schedule', () => maintenance.describe());
  expect(described.spec.intervals).toEqual([{ every: 60_000 }]);
  expect(described.policies).toMatchObject({ overlap: 'SKIP' });
  const before = described.info.numActionsTaken;
  await maintenance.trigger();
  const { workflowId } = await eventually('a run', async () => {
    const { info } = await maintenance.describe();
    return info.numActionsTaken > before ? info.recentActions.at(-1)?.action.workflow : undefined;
  });
  await stack.temporal.workflow.getHandle(workflowId).result();

  // What an operator pauses stays paused, also when workers come.
  await maintenance.pause('while something is looked into');
  const updatedAt = (await maintenance.describe()).info.lastUpdatedAt?.getTime() ?? 0;
  await stack.startWorker();
  const updated = await eventually('the update', async () => {
    const now = await maintenance.describe();
    return (now.info.lastUpdatedAt?.getTime() ?? 0) > updatedAt ? now : undefined;
  });
  expect(updated.state.paused).toBe(true);
  await maintenance.unpause();
});
