import { sql } from 'kysely';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { withGrowth } from '../dev/memory-of';
import type { SandboxSeller } from '../sandbox/sandbox-seller';
import { expectBulkOrders } from '../test/scenarios/expect-bulk-orders';
import { median, type Round, ratioOf } from './alternate';
import { type BenchUser, type BenchWorld, HURRIED } from './bench-world';
import { type Benchmark, expect, plain } from './benchmark';
import { type CopyOfOrders, copyOfOrders } from './copy-of-orders';
import { activityRuns, historyOf } from './histories';
import { startSync, untilComplete } from './sync-requests';

const DAY = 86_400_000;

/** Every fourth order has two items: 100,000 rows of a report, and a million and a quarter. */
const ORDERS = 80_000;
const MANY_ORDERS = 1_000_000;
const FEW_ORDERS = 8_000;

export const IMPORTS: Benchmark[] = [
  {
    figures: [
      {
        name: 'ingest',
        says: 'item rows a second of a first import, download to committed / COPY of the same rows',
        target: { atLeast: 0.35 },
      },
      {
        name: 'reingest',
        says: 'the same report again over its rows / COPY of the same rows into empty tables',
        target: { atLeast: 0.25 },
      },
    ],
    async run(bench) {
      const world = await bench.world(HURRIED);
      await world.service.spawnWorker();
      const first: Round[] = [];
      const again: Round[] = [];
      for (let round = 0; round <= bench.rounds; round += 1) {
        const { user, seller } = await sellerOf(world, ORDERS);
        const imported = await importOrders(world, user, seller);
        const reimported = await importOrders(world, user, seller, { mode: 'full' });
        const copy = await copyOfOrders(world.service.db, bench.servers.folder);
        const yardstick = await copyInto(copy, imported.rows);
        if (round === 0) continue;
        first.push({ ours: imported.rows / imported.seconds, yardstick });
        again.push({ ours: reimported.rows / reimported.seconds, yardstick });
      }
      return {
        ingest: ratioOf('rows/s', first),
        reingest: ratioOf('rows/s', again),
      };
    },
  },
  {
    figures: [
      {
        name: 'ingestMemory',
        says: 'growth of the worker importing 1,250,000 rows, MB',
        target: { atMost: 150 },
      },
      {
        name: 'ingestScaling',
        says: 'seconds per row at 1,250,000 rows / at 10,000',
        target: { atMost: 1.2 },
      },
      {
        name: 'eventsScaling',
        says: 'history events of the sync at 1,000,000 orders / at 8,000',
        target: { atMost: 1.05 },
      },
    ],
    async run({ world: startWorld, rounds }) {
      const world = await startWorld(HURRIED);
      const worker = await world.service.spawnWorker();
      const few: Imported[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        const { user, seller } = await sellerOf(world, FEW_ORDERS);
        const imported = await importOrders(world, user, seller);
        // What a worker needs once is there after the first.
        if (round > 0) few.push(imported);
      }
      await emptied(world);
      const { user, seller } = await sellerOf(world, MANY_ORDERS);
      const { result: many, growth } = await withGrowth(worker.pid, () =>
        importOrders(world, user, seller),
      );
      const perRow = ({ seconds, rows }: Imported) => (seconds / rows) * 1e6;
      return {
        ingestMemory: plain(growth, 'MB'),
        ingestScaling: ratioOf(
          'µs/row',
          few.map((imported) => ({ ours: perRow(many), yardstick: perRow(imported) })),
        ),
        eventsScaling: ratioOf('events', [
          { ours: many.events, yardstick: median(few.map(({ events }) => events)) },
        ]),
      };
    },
  },
];

interface Imported {
  rows: number;
  /** Of the step that imports the report. */
  seconds: number;
  /** In the history of the whole sync. */
  events: number;
}

async function sellerOf(world: BenchWorld, orders: number) {
  const now = Date.now();
  const seller = await world.newSeller({
    size: { orders: 0, skus: 40, claims: 0 },
    bulk: { orders, from: now - 25 * DAY, to: now - 5 * DAY },
  });
  return { user: await world.user(seller), seller };
}

/** A sync of a seller whose orders are all in one report; every row is compared with the seller's. */
async function importOrders(
  world: BenchWorld,
  user: BenchUser,
  seller: SandboxSeller,
  body?: unknown,
): Promise<Imported> {
  await untilComplete(user, await startSync(user, body));
  const events = await historyOf(world.service.temporal, amazonSyncWorkflowId(user.userId));
  const imports = activityRuns(events).filter(({ type }) => type === 'importOrders');
  const longest = imports.toSorted((a, b) => b.seconds - a.seconds)[0];
  if (longest === undefined) throw new Error('The sync has imported no report');
  const rows = await expectBulkOrders(world.service.db, user.userId, seller);
  return { rows, seconds: longest.seconds, events: events.length };
}

/** Rows a second; they must be the same rows afterwards. */
async function copyInto(copy: CopyOfOrders, rows: number): Promise<number> {
  const { seconds, items } = await copy.copyIn();
  expect(items === rows, 'COPY of the same rows', items);
  await copy.stop();
  return rows / seconds;
}

async function emptied({ service }: BenchWorld): Promise<void> {
  await sql`truncate orders, order_items`.execute(service.db);
}
