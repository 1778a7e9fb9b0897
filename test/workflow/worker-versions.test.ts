import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../activities/create-activities';
import { amazonSyncStart } from '../../contract/amazon-sync-start';
import { createWebhookWorker } from '../../worker/create-webhook-worker';
import { createWorker } from '../../worker/create-worker';
import type { amazonSync } from '../../workflows/amazon-sync';
import { eventually } from '../eventually';
import { testServer } from '../test-servers';
import { allGood, wait } from './fake-world';
import { realServer } from './temporal-servers';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await realServer();
});
afterAll(() => server?.teardown());

test('with a new version current, a running sync stays with its own, a delivery moves, and new ones begin there', async () => {
  const taskQueue = `queue-${randomUUID()}`;
  const deploymentName = `deployment-${randomUUID()}`;
  /** Which version did what, as `<step> of <workflow id> by <build id>`. */
  const steps = new Set<string>();
  let isReady = false;

  /** Workers of one version; ends them. */
  async function startVersion(buildId: string): Promise<() => Promise<void>> {
    const activities: Activities = {
      ...allGood,
      async prepareSync(input) {
        steps.add(`prepare of ${input.userKey} by ${buildId}`);
        return allGood.prepareSync(input);
      },
      async awaitReport(report) {
        if (!isReady) throw wait('report', report.resource, 300);
        return allGood.awaitReport(report);
      },
      async recordSyncOutcome(input) {
        steps.add(`outcome of ${input.userKey} by ${buildId}`);
      },
      async postWebhook({ deliveryId }) {
        steps.add(`post of ${deliveryId} by ${buildId}`);
        if (!isReady) throw wait('report', 'orders', 300);
        return 'delivered';
      },
    };
    const deps = {
      connection: server.nativeConnection,
      namespace: 'default',
      taskQueue,
      activities,
      version: { deploymentName, buildId },
    };
    const workers = await Promise.all([
      createWorker({
        ...deps,
        workflows: { bundle: { codePath: testServer('TEST_WORKFLOW_BUNDLE') } },
      }),
      createWebhookWorker(deps),
    ]);
    const runs = workers.map((worker) => worker.run());
    return async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(runs);
    };
  }

  /** What `temporal worker deployment set-current-version` does, once the server knows the version's workers. */
  const setCurrent = (buildId: string) =>
    eventually(
      'the version to be current',
      () =>
        server.client.workflowService
          .setWorkerDeploymentCurrentVersion({
            namespace: 'default',
            deploymentName,
            buildId,
            version: `${deploymentName}.${buildId}`,
          })
          .then(
            () => true,
            () => undefined,
          ),
      60_000,
    );

  const startSync = (userKey: string) => {
    const startedAt = new Date().toISOString();
    const sync = { syncId: `sync_${userKey}`, userKey, mode: 'auto', trigger: 'manual' } as const;
    return server.client.workflow.start<typeof amazonSync>('amazonSync', {
      ...amazonSyncStart({ ...sync, startedAt }),
      taskQueue,
    });
  };
  const done = (step: string) => eventually(step, () => steps.has(step) || undefined, 60_000);

  const [older, newer, delivery] = ['older', 'newer', 'delivery'].map(
    (name) => `${name}-${randomUUID()}`,
  ) as [string, string, string];
  const stopFirst = await startVersion('v1');
  await setCurrent('v1');
  const olderSync = await startSync(older);
  const delivering = await server.client.workflow.start('deliverWebhook', {
    workflowId: delivery,
    taskQueue,
    args: [{ deliveryId: delivery }],
  });
  await done(`prepare of ${older} by v1`);
  await done(`post of ${delivery} by v1`);

  const stopSecond = await startVersion('v2');
  await setCurrent('v2');
  const newerSync = await startSync(newer);
  await done(`prepare of ${newer} by v2`);
  await done(`post of ${delivery} by v2`);
  isReady = true;
  await Promise.all([olderSync.result(), newerSync.result(), delivering.result()]);
  expect([...steps].filter((step) => /prepare|outcome/.test(step)).sort()).toEqual(
    [
      `prepare of ${older} by v1`,
      `outcome of ${older} by v1`,
      `prepare of ${newer} by v2`,
      `outcome of ${newer} by v2`,
    ].sort(),
  );
  await Promise.all([stopFirst(), stopSecond()]);
}, 240_000);
