import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { Activities } from '../../activities/create-activities';
import { amazonSyncStart } from '../../contract/amazon-sync-start';
import type { SyncInput } from '../../contract/sync-input';
import { findSync } from '../../store/syncs';
import { createWorker } from '../../worker/create-worker';
import type { amazonSync } from '../../workflows/amazon-sync';
import { eventually } from '../eventually';
import { testServer } from '../test-servers';
import { alteredBundle } from './altered-bundle';
import { allGood, wait } from './fake-world';
import { BRISK, openRealWorld, type RealWorld } from './real-activities';
import { scriptedAmazon } from './scripted-amazon';
import { type EndedSync, eventCounts, runSync } from './sync-runs';
import { realServer } from './temporal-servers';

let server: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([realServer(), openRealWorld()]);
});
afterAll(async () => {
  await server?.teardown();
  await world?.close();
});

const BUG = "throw new TypeError('a bug');";

/** A sync whose workflow has a bug, with the service's own activities; and its row. */
async function buggy(text: string, replacement: string) {
  const { userKey } = await world.connectedUser();
  const activities = world.activities({
    amazon: scriptedAmazon({}),
    now: Date.now,
    clockSpeed: BRISK,
  });
  const bundle = await alteredBundle(text, replacement);
  const sync = await runSync(server, activities, { userKey, bundle });
  return { sync, row: await findSync(world.db, userKey, sync.input.syncId) };
}

/** What Temporal's own history says of how the run failed. */
function failureIn({ history }: EndedSync) {
  return history.events?.at(-1)?.workflowExecutionFailedEventAttributes?.failure;
}

test.each([
  ['before its first step', 'const prepared = await ', `${BUG} const prepared = await `],
  ['after its last step', "type: 'finished',", `type: (() => { ${BUG} })(),`],
  [
    'in what keeps its state',
    'const next = apply(state, event);',
    `if (/finished|failed/.test(event.type)) ${BUG} const next = apply(state, event);`,
  ],
])(
  'a bug thrown by the workflow, %s, ends the sync as failed, with its reason in the history',
  async (_, text, replacement) => {
    const { sync, row } = await buggy(text, replacement);
    expect(sync.status).toBe('FAILED');
    expect(failureIn(sync)).toMatchObject({
      message: 'a bug',
      applicationFailureInfo: { type: 'TypeError' },
    });
    expect(row).toMatchObject({
      status: 'failed',
      completedAt: expect.any(Date),
      body: {
        status: 'failed',
        message: 'Sync failed: Something went wrong on our side',
        error: { type: 'internal_error' },
      },
    });
  },
);

test.each(['maintain', 'startScheduledSync', 'deliverWebhook'])(
  'a bug thrown by %s fails its run, and does not try its task for ever',
  async (workflow) => {
    const start = workflow === 'maintain' ? 'maintain() {' : `${workflow}(input) {`;
    const taskQueue = `queue-${randomUUID()}`;
    const worker = await createWorker({
      connection: server.nativeConnection,
      namespace: 'default',
      taskQueue,
      activities: allGood,
      workflows: {
        bundle: await alteredBundle(`async function ${start}`, `async function ${start} ${BUG}`),
      },
    });
    const result = worker.runUntil(
      server.client.workflow.execute(workflow, {
        workflowId: randomUUID(),
        taskQueue,
        args: [{}],
        workflowExecutionTimeout: '20s',
      }),
    );
    await expect(result).rejects.toMatchObject({ cause: { type: 'TypeError', message: 'a bug' } });
  },
);

test('code that cannot follow a running sync does not end it: with code that can, it goes on', async () => {
  const taskQueue = `queue-${randomUUID()}`;
  let isReady = false;
  const activities: Activities = {
    ...allGood,
    async awaitReport(report) {
      if (!isReady) throw wait('report', report.resource, 500);
      return allGood.awaitReport(report);
    },
  };
  const workerWith = (bundle: WorkflowBundleOption) =>
    createWorker({
      connection: server.nativeConnection,
      namespace: 'default',
      taskQueue,
      activities,
      workflows: { bundle },
    });
  const current = { codePath: testServer('TEST_WORKFLOW_BUNDLE') };
  const input: SyncInput = {
    syncId: 'sync_1',
    userKey: `user-${randomUUID()}`,
    mode: 'auto',
    trigger: 'manual',
    startedAt: new Date().toISOString(),
  };
  const handle = await server.client.workflow.start<typeof amazonSync>('amazonSync', {
    ...amazonSyncStart(input),
    taskQueue,
  });
  await (await workerWith(current)).runUntil(
    eventually('reports to be waited for', async () => {
      const { pendingActivities } = (await handle.describe()).raw;
      return pendingActivities?.some(({ attempt }) => Number(attempt) > 1) || undefined;
    }),
  );
  isReady = true;
  const incompatible = await alteredBundle(
    'const { prepareSync } = ',
    'const { recordSyncOutcome: prepareSync } = ',
  );
  await (await workerWith(incompatible)).runUntil(
    eventually('the new code to fail', async () => {
      const { workflowTaskFailed } = eventCounts(await handle.fetchHistory());
      return workflowTaskFailed;
    }),
  );
  expect((await handle.describe()).status.name).toBe('RUNNING');
  const { status } = await (await workerWith(current)).runUntil(handle.result());
  expect(status).toBe('complete');
});
