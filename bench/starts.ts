import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { z } from 'zod';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { SyncMemo } from '../contract/sync-input';
import { alternate } from './alternate';
import type { BenchUser, BenchWorld } from './bench-world';
import { type Benchmark, expect } from './benchmark';
import { latencyOf, throughputOf } from './load';
import { START, startSync } from './sync-requests';

const Refused = z.object({ error: z.literal('sync_in_progress'), existingSyncId: z.string() });

/**
 * Starts in one round of latency, and in one of throughput. An API that has answered some tens of requests runs code that
 * is not compiled yet, and takes half as long again: the first round is long enough to be over that.
 */
const ONE_BY_ONE = 300;
const AT_ONCE = 320;
const CLIENTS = 32;

const SMALLEST = { size: { orders: 1, skus: 1, claims: 0 } };

export const STARTS: Benchmark[] = [
  {
    figures: [
      {
        name: 'acceptLatency',
        says: 'POST, one client: p50 / bare workflow.start',
        target: { atMost: 1.3 },
      },
    ],
    run: async ({ world, rounds }) => ({
      acceptLatency: await startsOf(await world(), 'ms', rounds, ONE_BY_ONE, latencyOf),
    }),
  },
  {
    figures: [
      {
        name: 'acceptThroughput',
        says: `POST a second, ${CLIENTS} clients / bare workflow.start`,
        target: { atLeast: 0.8 },
      },
    ],
    run: async ({ world, rounds }) => ({
      acceptThroughput: await startsOf(await world(), '/s', rounds, AT_ONCE, (inputs, once) =>
        throughputOf(inputs, CLIENTS, once),
      ),
    }),
  },
  {
    figures: [
      {
        name: 'conflictLatency',
        says: '409 with the running sync’s id: p50 / bare start that is refused, and describe',
        target: { atMost: 1.2 },
      },
    ],
    async run({ world: startWorld, rounds }) {
      const world = await startWorld();
      const [user] = await connectedUsers(world, 1);
      if (user === undefined) throw new Error('There is no user');
      const syncId = await startSync(user);
      const workflowId = amazonSyncWorkflowId(user.userId);
      const inputs = Array.from({ length: ONE_BY_ONE }, () => user);
      const conflictLatency = await alternate(
        'ms',
        rounds,
        () =>
          latencyOf(inputs, async ({ client }) => {
            const { status, body } = await client.post(START);
            const { existingSyncId } = Refused.parse(body);
            expect(status === 409 && existingSyncId === syncId, 'a 409 with the id', body);
          }),
        () =>
          latencyOf(inputs, async () => {
            const { workflow } = world.service.temporal;
            const refusal = await bareStart(world, workflowId).catch((error: unknown) => error);
            expect(refusal instanceof WorkflowExecutionAlreadyStartedError, 'a refusal', refusal);
            const { memo } = await workflow.getHandle(workflowId).describe();
            expect(SyncMemo.parse(memo).syncId === syncId, 'the same sync', memo);
          }),
      );
      await end(world, [workflowId]);
      return { conflictLatency };
    },
  },
];

/** A sync that nobody takes up is open until it is ended: so each start needs a user of its own. */
async function startsOf(
  world: BenchWorld,
  unit: string,
  rounds: number,
  starts: number,
  measure: <Input>(
    inputs: readonly Input[],
    once: (input: Input) => Promise<unknown>,
  ) => Promise<number>,
) {
  const users = await connectedUsers(world, starts);
  return alternate(
    unit,
    rounds,
    async () => {
      const syncIds = new Map<string, string>();
      const value = await measure(users, async (user) => {
        syncIds.set(amazonSyncWorkflowId(user.userId), await startSync(user));
      });
      for (const [workflowId, syncId] of syncIds) await expectOpen(world, workflowId, syncId);
      await end(world, [...syncIds.keys()]);
      return value;
    },
    async () => {
      const workflowIds = Array.from({ length: starts }, () => `bare-${randomUUID()}`);
      const value = await measure(workflowIds, (workflowId) => bareStart(world, workflowId));
      for (const workflowId of workflowIds) await expectOpen(world, workflowId);
      await end(world, workflowIds);
      return value;
    },
  );
}

/** Each has a seller of their own, as users have. */
async function connectedUsers(world: BenchWorld, count: number): Promise<BenchUser[]> {
  const users: BenchUser[] = [];
  for (let index = 0; index < count; index += 1) {
    users.push(await world.user(await world.newSeller(SMALLEST)));
  }
  return users;
}

/** What the SDK does for a workflow of the same type, with nothing that a start can do without. */
function bareStart({ service, idleQueue }: BenchWorld, workflowId: string) {
  return service.temporal.workflow.start('amazonSync', {
    workflowId,
    taskQueue: idleQueue,
    workflowIdConflictPolicy: 'FAIL',
    args: [],
  });
}

async function expectOpen({ service }: BenchWorld, workflowId: string, syncId?: string) {
  const { status, memo } = await service.temporal.workflow.getHandle(workflowId).describe();
  expect(status.name === 'RUNNING', 'the workflow to be open', workflowId);
  if (syncId !== undefined) expect(SyncMemo.parse(memo).syncId === syncId, 'its sync', memo);
}

/** As by an operator, and recorded: a start asks about a sync that may still run, which is not what is measured here. */
async function end({ service }: BenchWorld, workflowIds: readonly string[]): Promise<void> {
  await throughputOf(workflowIds, 16, (workflowId) =>
    service.temporal.workflow.getHandle(workflowId).terminate('measured'),
  );
  await service.db
    .updateTable('syncs')
    .set({ status: 'cancelled', completed_at: new Date() })
    .where('status', '=', 'in_progress')
    .execute();
}
