import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../activities/create-activities';
import type { Admission, ScheduledStart } from '../../contract/scheduled-start';
import { createWorker } from '../../worker/create-worker';
import type { Maintained } from '../../workflows/maintain';
import { testServer } from '../test-servers';
import { allGood, final } from './fake-world';
import { eventCounts } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startTimeSkipping();
});
afterAll(() => server?.teardown());

/** Runs one workflow in a worker of its own; its result or failure, and how its history looks. */
async function run<Result>(workflow: string, input: unknown[], activities: Partial<Activities>) {
  const taskQueue = `queue-${randomUUID()}`;
  const worker = await createWorker({
    connection: server.nativeConnection,
    namespace: 'default',
    taskQueue,
    activities: { ...allGood, ...activities },
    workflows: { bundle: { codePath: testServer('TEST_WORKFLOW_BUNDLE') } },
  });
  return worker.runUntil(async () => {
    const workflowId = `${workflow}-${randomUUID()}`;
    const options = {
      workflowId,
      taskQueue,
      args: input,
      workflowExecutionTimeout: '10m',
    } as const;
    const handle = await server.client.workflow.start(workflow, options);
    const [result] = await Promise.allSettled([handle.result() as Promise<Result>]);
    return { result, events: eventCounts(await handle.fetchHistory()) };
  });
}

describe('maintenance', () => {
  const maintain = (activities: Partial<Activities>) => run<Maintained>('maintain', [], activities);

  test('with nothing to do is one activity', async () => {
    const { result, events } = await maintain({ findDueMaintenance: async () => [] });
    expect(result).toEqual({ status: 'fulfilled', value: {} });
    expect(events.activityTaskScheduled).toBe(1);
  });

  test('does what is due, and says how much', async () => {
    const { result } = await maintain({
      findDueMaintenance: async () => ['applySchedules'],
      applySchedules: async () => ({ done: 7 }),
    });
    expect(result).toEqual({ status: 'fulfilled', value: { applySchedules: 7 } });
  });

  test('that cannot do a step fails within minutes, and does not try for ever', async () => {
    let attempts = 0;
    const { result } = await maintain({
      findDueMaintenance: async () => ['applySchedules'],
      applySchedules: async () => {
        attempts += 1;
        throw new Error('away');
      },
    });
    expect(result.status).toBe('rejected');
    expect(attempts).toBeGreaterThan(1);
    expect(attempts).toBeLessThan(20);
  });
});

describe('the daily start', () => {
  const startDaily = (userKey: string, activities: Partial<Activities>) =>
    run<ScheduledStart>('startScheduledSync', [{ userKey }], activities);
  const admitted: Admission = { kind: 'admitted', startedAt: '2026-03-01T02:10:00.000Z' };

  test('starts a sync of the user that outlives it, and ends at once', async () => {
    const userKey = `user-${randomUUID()}`;
    const { result, events } = await startDaily(userKey, {
      admitScheduledSync: async () => admitted,
    });
    const syncId = `sync_${userKey}_${Date.parse('2026-03-01T02:10:00.000Z')}`;
    expect(result).toEqual({ status: 'fulfilled', value: { kind: 'started', syncId } });
    expect(events).toMatchObject({ activityTaskScheduled: 1, childWorkflowExecutionStarted: 1 });
    const described = await server.client.workflow.getHandle(`amazon-sync-${userKey}`).describe();
    expect(described).toMatchObject({
      type: 'amazonSync',
      memo: { syncId, mode: 'auto', trigger: 'schedule', startedAt: admitted.startedAt },
    });
  });

  test.each(['off', 'not_connected', 'reauthorization_required'] as const)(
    'starts nothing and does not fail: %s',
    async (kind) => {
      const userKey = `user-${randomUUID()}`;
      const { result, events } = await startDaily(userKey, {
        admitScheduledSync: async () => ({ kind }),
      });
      expect(result).toEqual({ status: 'fulfilled', value: { kind } });
      expect(events.startChildWorkflowExecutionInitiated).toBeUndefined();
    },
  );

  test('waits for a database that is away, and then starts the sync', async () => {
    let attempts = 0;
    const { result } = await startDaily(`user-${randomUUID()}`, {
      admitScheduledSync: async () => {
        attempts += 1;
        if (attempts < 5) throw new Error('away');
        return admitted;
      },
    });
    expect(result).toMatchObject({ status: 'fulfilled', value: { kind: 'started' } });
  });

  test('fails where it cannot know whether a sync is wanted', async () => {
    const { result } = await startDaily(`user-${randomUUID()}`, {
      admitScheduledSync: async () => {
        throw final('internal_error', 'Something went wrong on our side');
      },
    });
    expect(result.status).toBe('rejected');
  });
});
