import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { SyncState } from '../contract/sync-state';
import { SyncStatusBody } from '../contract/sync-status';
import { SYNC_STATE_QUERY } from '../contract/sync-workflow';
import { alternate } from './alternate';
import type { Bench } from './bench';
import { type BenchUser, type BenchWorld, SLOW_REPORTS } from './bench-world';
import { type Benchmark, expect } from './benchmark';
import { latencyOf, sustainedThroughput } from './load';
import { startSync } from './sync-requests';

const POLLERS = 100;
const USERS = 40;
const SUSTAINED_MS = 3_000;

export const STATUSES: Benchmark[] = [
  {
    figures: [
      {
        name: 'statusLatency',
        says: 'status of a running sync that nobody else asks for: p50 / bare query and describe side by side',
        target: { atMost: 1.3 },
      },
    ],
    async run(bench) {
      const { world, users } = await runningSyncs(bench, USERS);
      return {
        statusLatency: await alternate(
          'ms',
          bench.rounds,
          () => latencyOf(users, (user) => askStatus(user)),
          () => latencyOf(users, (user) => askTemporal(world, user)),
        ),
      };
    },
  },
  {
    figures: [
      {
        name: 'statusThroughput',
        says: `statuses a second, ${POLLERS} pollers on one sync / bare pairs of query and describe`,
        target: { atLeast: 10 },
      },
    ],
    async run(bench) {
      const { world, users } = await runningSyncs(bench, 1);
      const [user] = users;
      if (user === undefined) throw new Error('There is no user');
      return {
        statusThroughput: await alternate(
          '/s',
          bench.rounds,
          () => sustainedThroughput(POLLERS, SUSTAINED_MS, () => askStatus(user)),
          () => sustainedThroughput(POLLERS, SUSTAINED_MS, () => askTemporal(world, user)),
        ),
      };
    },
  },
];

interface RunningUser extends BenchUser {
  syncId: string;
}

async function runningSyncs(
  { world: startWorld }: Bench,
  count: number,
): Promise<{ world: BenchWorld; users: RunningUser[] }> {
  const world = await startWorld(SLOW_REPORTS);
  await world.service.spawnWorker();
  const users: RunningUser[] = [];
  for (let index = 0; index < count; index += 1) {
    const seller = await world.newSeller({ size: { orders: 1, skus: 1, claims: 0 } });
    const user = await world.user(seller);
    users.push({ ...user, syncId: await startSync(user) });
  }
  // Until its reports are made nothing happens in it.
  for (const user of users) await untilWaiting(user);
  return { world, users };
}

async function untilWaiting(user: RunningUser): Promise<void> {
  for (;;) {
    const { resources } = await askStatus(user);
    if (resources.orders.state === 'waiting' && resources.inventory.state === 'complete') return;
  }
}

async function askStatus({ client, syncId }: RunningUser): Promise<SyncStatusBody> {
  const { status, body } = await client.get(`/api/sync/status?syncId=${syncId}`);
  expect(status === 200, 'a status', body);
  const parsed = SyncStatusBody.parse(body);
  expect(parsed.syncId === syncId && parsed.status === 'in_progress', 'a running sync', parsed);
  return parsed;
}

/** What a status is made of, asked of Temporal by its own client. */
async function askTemporal({ service }: BenchWorld, { userId, syncId }: RunningUser) {
  const handle = service.temporal.workflow.getHandle(amazonSyncWorkflowId(userId));
  const [state, { status }] = await Promise.all([
    handle.query(SYNC_STATE_QUERY),
    handle.describe(),
  ]);
  const parsed = SyncState.parse(state);
  expect(parsed.syncId === syncId && status.name === 'RUNNING', 'a running sync', parsed);
}
