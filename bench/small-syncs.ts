import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { type Child, startChild, untilReady } from '../dev/child-process';
import type { SandboxSeller } from '../sandbox/sandbox-seller';
import { actionsIn, describeActions } from './actions';
import { middleOf, type Round, ratioOf } from './alternate';
import { type BenchUser, type BenchWorld, HURRIED } from './bench-world';
import { type Benchmark, expect, plain } from './benchmark';
import { activityRuns, type HistoryEvent, historyOf } from './histories';
import { throughputOf } from './load';
import { startPatiently, startSync, untilComplete } from './sync-requests';

const USERS = 300;
const CLIENTS = 32;
const NEW_ORDERS = 2;

const MARKETPLACES = ['ATVPDKIKX0DER', 'A2EUQ1WTGCTBG2', 'A1AM78C64UM0Y8'];

/** What a day costs that Temporal Cloud bills, for so many sellers who sync once. */
const SELLERS = 10_000;

export const SMALL_SYNCS: Benchmark[] = [
  {
    figures: [
      {
        name: 'eventsPerIncrementalSync',
        says: 'history events of a sync with little new, one marketplace',
        target: { atMost: 50 },
      },
      {
        name: 'eventsPerMarketplace',
        says: 'more of them for each further marketplace',
        target: { atMost: 6 },
      },
    ],
    async run({ world: startWorld, rounds, note }) {
      const world = await startWorld(HURRIED);
      await world.service.spawnWorker();
      // Steps that end together share a task of the workflow, so no two syncs have the same number of events.
      const ones: Histories[] = [];
      const threes: Histories[] = [];
      for (let round = 0; round < rounds; round += 1) {
        ones.push(await littleNew(world, MARKETPLACES.slice(0, 1)));
        threes.push(await littleNew(world, MARKETPLACES));
      }
      const one = middleOf(ones, eventsOf);
      const three = middleOf(threes, eventsOf);
      note('Temporal actions that Temporal Cloud bills, without a status ever asked for:');
      for (const [name, history] of [
        ['first sync, one marketplace', one.first],
        ['first sync, three marketplaces', three.first],
        ['sync with little new, one marketplace', one.next],
        ['sync with little new, three marketplaces', three.next],
      ] as const) {
        note(`  ${name.padEnd(42)}${describeActions(actionsIn(history))}`);
      }
      const aDay = actionsIn(three.next).total * SELLERS;
      note(
        `  A day of ${SELLERS.toLocaleString('en-US')} sellers of three marketplaces, each synced once: ` +
          `${aDay.toLocaleString('en-US')} actions.`,
      );
      const further = (three.next.length - one.next.length) / (MARKETPLACES.length - 1);
      return {
        eventsPerIncrementalSync: plain(one.next.length, 'events'),
        eventsPerMarketplace: plain(further, 'events'),
      };
    },
  },
  {
    figures: [
      {
        name: 'syncsPerSecond',
        says: `syncs with little new a second, ${USERS} users at once, one worker / a bare workflow of as many activities`,
        target: { atLeast: 0.7 },
      },
    ],
    async run({ world: startWorld, rounds }) {
      // Reports are there at once: what a look at one that is not costs is no part of a bare activity.
      const world = await startWorld({ ...HURRIED, reportSeconds: { min: 0, max: 0 } });
      await world.service.spawnWorker();
      const bareQueue = `${world.idleQueue}_bare`;
      const bare = await startBareWorker(world, bareQueue);
      try {
        const users: Synced[] = [];
        for (let index = 0; index < USERS; index += 1) users.push(await connected(world));
        await syncAll(world, users);
        const [first] = users;
        if (first === undefined) throw new Error('There is no user');
        const measured: Round[] = [];
        for (let round = 0; round <= rounds; round += 1) {
          const ours = await syncAll(world, users);
          const workflowId = amazonSyncWorkflowId(first.user.userId);
          const history = await historyOf(world.service.temporal, workflowId);
          const activities = activityRuns(history).length;
          const yardstick = await runBare(world, bareQueue, activities);
          // The first round warms both up.
          if (round > 0) measured.push({ ours, yardstick });
        }
        return { syncsPerSecond: ratioOf('/s', measured) };
      } finally {
        await bare.stop();
      }
    },
  },
];

interface Histories {
  first: HistoryEvent[];
  next: HistoryEvent[];
}

const eventsOf = ({ next }: Histories) => next.length;

interface Synced {
  user: BenchUser;
  seller: SandboxSeller;
}

async function connected(world: BenchWorld, marketplaceIds = MARKETPLACES.slice(0, 1)) {
  const size = { orders: 20, skus: 10, claims: 5 };
  const seller = await world.newSeller({ size, marketplaceIds });
  return { user: await world.user(seller), seller };
}

/** The histories of a first sync, and of one that finds two more orders. */
async function littleNew(world: BenchWorld, marketplaceIds: string[]): Promise<Histories> {
  const { user, seller } = await connected(world, marketplaceIds);
  const history = async () => {
    await untilComplete(user, await startSync(user));
    return historyOf(world.service.temporal, amazonSyncWorkflowId(user.userId));
  };
  const first = await history();
  addOrders(world, seller);
  const next = await history();
  await expectRows(world, { user, seller });
  return { first, next };
}

/** All users at once; returns how many syncs were done in a second. */
async function syncAll(world: BenchWorld, users: readonly Synced[]): Promise<number> {
  for (const { seller } of users) addOrders(world, seller);
  const begun = performance.now();
  await throughputOf(users, CLIENTS, ({ user }) => startPatiently(user));
  await Promise.all(
    users.map(({ user }) =>
      world.service.temporal.workflow.getHandle(amazonSyncWorkflowId(user.userId)).result(),
    ),
  );
  const perSecond = (users.length * 1_000) / (performance.now() - begun);
  // Their ends are in the database too, and all rows.
  for (const one of users) await expectRows(world, one);
  return perSecond;
}

async function runBare(world: BenchWorld, taskQueue: string, activities: number): Promise<number> {
  const { workflow } = world.service.temporal;
  const begun = performance.now();
  const ids = Array.from({ length: USERS }, () => `bare-${randomUUID()}`);
  await throughputOf(ids, CLIENTS, (workflowId) =>
    workflow.start('bare', { workflowId, taskQueue, args: [activities] }),
  );
  const results = await Promise.all(ids.map((id) => workflow.getHandle(id).result()));
  const perSecond = (USERS * 1_000) / (performance.now() - begun);
  expect(
    results.every((done) => done === activities),
    'all activities done',
    results,
  );
  return perSecond;
}

function addOrders({ service }: BenchWorld, { sellerId }: SandboxSeller): void {
  const changed = service.sandbox.change(sellerId, [{ kind: 'add_orders', count: NEW_ORDERS }]);
  expect(changed.length === NEW_ORDERS, 'new orders', changed);
}

async function expectRows({ service }: BenchWorld, { user, seller }: Synced): Promise<void> {
  const differences = await service.differences(user, seller);
  expect(differences.length === 0, 'the rows of the seller', differences.slice(0, 5));
}

async function startBareWorker({ service }: BenchWorld, taskQueue: string): Promise<Child> {
  let isReady = false;
  const child = await startChild({
    name: 'bare worker',
    command: process.execPath,
    args: [join(__dirname, 'bare-worker.js'), service.env.TEMPORAL_ADDRESS ?? '', taskQueue],
    env: { PATH: process.env.PATH },
    onLine(line) {
      isReady ||= line.includes('worker is ready');
    },
  });
  await untilReady(child, async () => isReady, { seconds: 60 });
  return child;
}
