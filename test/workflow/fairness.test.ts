import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/create-activities';
import { amazonSyncStart } from '../../contract/amazon-sync-start';
import type { SyncInput } from '../../contract/sync-input';
import type { amazonSync } from '../../workflows/amazon-sync';
import { eventually } from '../eventually';
import { testServer } from '../test-servers';
import { allGood, FIRST_SYNC, LATER_SYNC } from './fake-world';
import { realServer } from './temporal-servers';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await realServer();
});
afterAll(() => server?.teardown());

/** Eight first syncs: 13 windows and a report of claims each, some 45 steps. */
const LARGE_SYNCS = 8;

/** What waits in the queue before the small one comes. */
const BACKLOG = 60;

test('a seller with very much to do does not hold up a small one on the same queue', async () => {
  const taskQueue = `queue-${randomUUID()}`;
  const [large, small] = [`large-${randomUUID()}`, `small-${randomUUID()}`];
  const steps: { owner: string; at: number }[] = [];
  const noted = Object.entries(allGood).map(([name, activity]) => [
    name,
    async (input: never) => {
      const { workflowExecution } = activityInfo();
      steps.push({ owner: workflowExecution?.workflowId ?? '', at: Date.now() });
      return activity(input);
    },
  ]);
  const activities = {
    // The same names, each with the input and the result of the activity that it wraps.
    ...(Object.fromEntries(noted) as Activities),
    prepareSync: async ({ userKey }: SyncInput) => (userKey === large ? FIRST_SYNC : LATER_SYNC),
  };
  const worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue,
    workflowBundle: { codePath: testServer('TEST_WORKFLOW_BUNDLE') },
    activities,
    // So that it is the queue that decides which step is next.
    maxConcurrentActivityTaskExecutions: 1,
  });
  const startSync = (userKey: string, number: number) => {
    const startedAt = new Date().toISOString();
    const syncId = `sync_${userKey}_${number}`;
    return server.client.workflow.start<typeof amazonSync>('amazonSync', {
      ...amazonSyncStart({ syncId, userKey, mode: 'auto', trigger: 'manual', startedAt }),
      // Users have one at a time; these stand for one with as much to do as all of them.
      workflowId: `${userKey} ${number}`,
      taskQueue,
    });
  };
  await worker.runUntil(async () => {
    const numbers = Array.from({ length: LARGE_SYNCS }, (_, number) => number);
    const many = await Promise.all(numbers.map((number) => startSync(large, number)));
    await eventually('a backlog', async () => {
      const described = await Promise.all(many.map((sync) => sync.describe()));
      const waiting = described.flatMap(({ raw }) => raw.pendingActivities ?? []);
      return waiting.length >= BACKLOG || undefined;
    });
    const sync = await startSync(small, 0);
    await sync.result();
    const waits = waitsOf(await sync.fetchHistory()).map(
      ({ from, to }) =>
        steps.filter(({ owner, at }) => owner.startsWith(large) && at > from && at < to).length,
    );
    process.stderr.write(`steps of the large ones before each of the small one: ${waits}\n`);
    expect(waits.length).toBeGreaterThan(4);
    // In the order in which they came half of them waited for 66 and more; with keys for 2 to 6. A single one may wait
    // for what the server has read from its queue already.
    const median = waits.sort((a, b) => a - b)[Math.floor(waits.length / 2)];
    expect(median).toBeLessThan(BACKLOG / 2);
    await Promise.all(many.map((sync) => sync.terminate('the test is over')));
  });
});

/** From when to when each step waited in the queue, epoch ms. */
function waitsOf({ events }: temporal.api.history.v1.IHistory) {
  const scheduled = new Map<string, number>();
  return (events ?? []).flatMap(({ eventId, eventTime, ...event }) => {
    const at = Number(eventTime?.seconds) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
    if (event.activityTaskScheduledEventAttributes) scheduled.set(String(eventId), at);
    const from = scheduled.get(String(event.activityTaskStartedEventAttributes?.scheduledEventId));
    return from === undefined ? [] : [{ from, to: at }];
  });
}
