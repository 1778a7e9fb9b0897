import { createRandom } from '../sandbox/random';
import { USAGE_PLANS } from '../sandbox/usage-plans';
import { expectBulkOrders } from '../test/scenarios/expect-bulk-orders';
import { amount, type Benchmark } from './benchmark';
import { startSync, untilComplete } from './sync-requests';

const DAY = 86_400_000;
const ORDERS = 100_000;
const ORDERS_A_PAGE = 100;

/** Two of Amazon's seconds in one of ours: a second of our own work counts as two. */
const CLOCK_SPEED = 2;

/** What Amazon commonly takes for a report. */
const REPORT_SECONDS = { min: 180, max: 600 };

export const BACKFILL: Benchmark[] = [
  {
    figures: [
      {
        name: 'backfill',
        says: '12 months, 100,000 orders: time to complete / the slowest report, which no plan makes wait',
        target: { atMost: 1.1 },
      },
      {
        name: 'backfillVsPaging',
        says: 'time that paging the search takes under the same plans / ours',
        target: { atLeast: 100 },
      },
    ],
    async run({ world: startWorld }) {
      const random = createRandom('backfill');
      const durations: number[] = [];
      const reportSeconds = () => {
        const { min, max } = REPORT_SECONDS;
        const seconds = min + random.next() * (max - min);
        durations.push(seconds);
        return seconds;
      };
      const world = await startWorld({ clockSpeed: CLOCK_SPEED, reportSeconds });
      await world.service.spawnWorker();
      const now = Date.now();
      const seller = await world.newSeller({
        size: { orders: 0, skus: 300, claims: 150 },
        anchor: now,
        bulk: { orders: ORDERS, from: now - 362 * DAY, to: now - DAY },
      });
      const user = await world.user(seller);
      const status = await untilComplete(user, await startSync(user));
      await expectBulkOrders(world.service.db, user.userId, seller);
      // All reports fit into the burst of createReport, so the last of them is made when the slowest one is.
      if (durations.length > USAGE_PLANS.createReport.burst)
        throw new Error('The floor is another');
      const floor = Math.max(...durations);
      const took = Date.parse(status.completedAt ?? '') - Date.parse(status.startedAt);
      const ours = (took / 1_000) * CLOCK_SPEED;
      const paging = pagingSeconds(Math.ceil(ORDERS / ORDERS_A_PAGE));
      return {
        backfill: { value: ours / floor, ours: amount(ours, 's'), yardstick: amount(floor, 's') },
        backfillVsPaging: {
          value: paging / ours,
          ours: amount(ours, 's'),
          yardstick: amount(paging, 's'),
        },
      };
    },
  },
];

/** How long the plan of searchOrders makes so many pages take. */
function pagingSeconds(pages: number): number {
  const { perSecond, burst } = USAGE_PLANS.searchOrders;
  return Math.max(0, pages - burst) / perSecond;
}
