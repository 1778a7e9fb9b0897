import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/create-activities';
import { amazonSyncStart } from '../../contract/amazon-sync-start';
import type { SyncInput } from '../../contract/sync-workflow';
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
  const steps: string[] = [];
  const noted = Object.entries(allGood).map(([name, activity]) => [
    name,
    async (input: never) => {
      const { workflowExecution } = activityInfo();
      steps.push(workflowExecution?.workflowId ?? '');
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
    const before = steps.length;
    await (await startSync(small, 0)).result();
    const between = steps.slice(before);
    const ownSteps = between.filter((workflowId) => workflowId.startsWith(small)).length;
    process.stderr.write(`${ownSteps} steps of the small one among ${between.length}\n`);
    // In the order in which they came, the first of its steps alone would have waited for the whole backlog.
    expect(between.length - ownSteps).toBeLessThan(BACKLOG);
    await Promise.all(many.map((sync) => sync.terminate('the test is over')));
  });
}, 120_000);
