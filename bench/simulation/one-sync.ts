import { AMAZON_FAULTS, backoff } from '../../activities/failure-of';
import { nextLook } from '../../activities/next-look';
import { searchPages } from '../../activities/orders-source';
import { endOfRanges, planOrders } from '../../activities/sync-plan';
import type { Part } from './event-loop';
import { attempt, countRequest, databaseStep, requests } from './requests';
import type { Seller } from './sellers';
import { inTurn, together } from './together';
import type { World } from './world';

const DAY = 86_400_000;

/** Any time does: what is planned depends on how long ago the last sync was. */
const CALENDAR = Date.UTC(2026, 0, 15, 2);

/** Every fourth order has two items; an order is a row too. */
const ROWS_PER_ORDER = 2.25;
const ORDERS_PER_PAGE = 100;
const STOCK_PER_PAGE = 50;

/** Scans of one seller at once, as in workflows/inventory.ts. */
const LANES = 4;
const NEXT_PAGE_WAIT_MS = 20_000;

/** What the claims of a daily sync go back. */
const CLAIMS_DAYS = 11;
/** And the returns. */
const RETURNS_DAYS = 31;

/** A sync that has its place, until it gives it back. Whether it fetched at least one of its four resources. */
export function* oneSync(world: World, seller: Seller, kind: 'first' | 'daily'): Part<boolean> {
  const { loop, measured } = world;
  measured.starts.add(loop.now());
  measured.actions.add(loop.now());
  yield* databaseStep(world, seller.index);
  const failures = yield* together(loop, [
    orders(world, seller, kind),
    inventory(world, seller),
    report(world, seller, seller.claimsPerDay * (kind === 'first' ? 365 : CLAIMS_DAYS)),
    report(world, seller, seller.returnsPerDay * (kind === 'first' ? 365 : RETURNS_DAYS)),
  ]);
  yield* databaseStep(world, seller.index);
  measured.running.change(-1);
  return failures < 4;
}

/** By the service's own plan: reports where they are sooner, then the search. */
function* orders(world: World, seller: Seller, kind: 'first' | 'daily'): Part<boolean> {
  const now = CALENDAR + world.loop.now();
  const end = endOfRanges(now);
  const watermark = kind === 'first' ? undefined : new Date(now - DAY);
  const { ordersPerDay } = seller;
  for (const { bulk } of planOrders([{ marketplaceId: '', watermark }], ordersPerDay, end)) {
    const windows = bulk?.windows ?? [];
    const reports = windows.map(({ from, to }) => {
      const days = (Date.parse(to) - Date.parse(from)) / DAY;
      return report(world, seller, days * ordersPerDay * ROWS_PER_ORDER);
    });
    if ((yield* together(world.loop, reports)) > 0) return false;
    if (bulk !== null) yield* databaseStep(world, seller.index);
    const pages = bulk === null ? searchPages({ days: 1, ordersPerDay }) : 1;
    const found = Math.min(
      pages * ORDERS_PER_PAGE,
      bulk === null ? ordersPerDay * 2 : ordersPerDay / 24,
    );
    const search = {
      operation: 'searchOrders',
      pages: Math.max(1, pages),
      rowsPerPage: (found / Math.max(1, pages)) * ROWS_PER_ORDER,
    } as const;
    if (!(yield* requests(world, seller, search))) return false;
  }
  return true;
}

function* inventory(world: World, seller: Seller): Part<boolean> {
  const pages = Math.max(1, Math.ceil(seller.stock / STOCK_PER_PAGE));
  const scan = () =>
    requests(world, seller, {
      operation: 'getInventorySummaries',
      pages,
      rowsPerPage: seller.stock / pages,
      longestWaitMs: NEXT_PAGE_WAIT_MS,
      startsOver: true,
    });
  const lanes = Array.from({ length: Math.min(LANES, seller.marketplaces) }, (_, lane) => {
    const scans = Math.ceil((seller.marketplaces - lane) / LANES);
    return inTurn(Array.from({ length: scans }, scan));
  });
  return (yield* together(world.loop, lanes)) < lanes.length;
}

/** Asked for, waited for, imported. */
function* report(world: World, seller: Seller, rows: number): Part<boolean> {
  const ask = { operation: 'createReport', pages: 1, rowsPerPage: 0 } as const;
  if (!(yield* requests(world, seller, ask))) return false;
  const { min, max } = world.knobs.reportSeconds;
  const madeAt = world.loop.now() + (min + world.random.next() * (max - min)) * 1_000;
  if (!(yield* untilMade(world, seller, madeAt))) return false;
  const fetch = { operation: 'getReportDocument', pages: 1, rowsPerPage: rows } as const;
  return yield* requests(world, seller, fetch);
}

/** Looks at a report at the service's own intervals, each look an attempt. */
function* untilMade(world: World, seller: Seller, madeAt: number): Part<boolean> {
  const { loop, slots, buckets, durations } = world;
  const scheduledAt = loop.now();
  let faults = 0;
  for (;;) {
    const attemptedAt = loop.now();
    yield* attempt(world, seller.index);
    // Two a second: a wait is short enough to stay inside the attempt.
    yield Math.max(loop.now(), buckets.reserve(seller.index, 'getReport', loop.now()) ?? 0);
    countRequest(world, 'getReport');
    yield loop.now() + durations.requestMs;
    const isDown = world.isAmazonDown();
    slots.release();
    if (isDown) {
      faults += 1;
      if (faults >= AMAZON_FAULTS) return false;
      yield loop.now() + backoff(faults, world.random.next);
    } else {
      if (loop.now() >= madeAt) return true;
      faults = 0;
      yield loop.now() + nextLook(attemptedAt - scheduledAt);
    }
  }
}
