import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Amazon } from '../../amazon/amazon';
import type { InventoryItem } from '../../amazon/inventory';
import { advanceCursors } from '../../store/cursors';
import { onServerTime, openRealWorld, type RealWorld } from './real-activities';
import {
  CLAIM_LINE,
  ITEM,
  isReturns,
  lineOf,
  malformed,
  ORDER,
  ORDER_LINE,
  outage,
  pageForgotten,
  RETURN_LINE,
  reportOf,
  reportText,
  scriptedAmazon,
} from './scripted-amazon';
import { runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

const HOUR = 3_600_000;

// Faults are counted in a row, and rows that come in end the row: but only rows that no attempt had come to before.
// Else an attempt that starts over would write its first rows again, meet its fault again, and so for hours.
let server: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([startTimeSkipping(), openRealWorld()]);
});
afterAll(async () => {
  await server?.teardown();
  await world?.close();
});

test('rows that come in between start the count of faults anew', async () => {
  let attempts = 0;
  const amazon = scriptedAmazon({
    // Each attempt comes further than the one before and fails there: 20 times, more than are borne in a row.
    inventoryPage: async ({ nextToken }) => {
      if (nextToken === undefined) {
        attempts += 1;
        return { items: itemsUpTo(attempts), nextToken: 'second' };
      }
      if (attempts <= 20) throw outage();
      return { items: [], nextToken: null };
    },
  });
  const sync = await syncWith(amazon);
  expect(sync.state?.resources.inventory).toMatchObject({ outcome: 'complete' });
  expect(attempts).toBe(21);
});

test('rows that come in again do not: a page that can never be read is given up at the third', async () => {
  let attempts = 0;
  const amazon = scriptedAmazon({
    inventoryPage: async ({ nextToken }) => {
      if (nextToken !== undefined) throw malformed();
      attempts += 1;
      return { items: itemsUpTo(50), nextToken: 'second' };
    },
  });
  const sync = await syncWith(amazon);
  expect(sync.state?.resources.inventory).toMatchObject({
    outcome: 'failed',
    error: { type: 'malformed_answer' },
  });
  expect(attempts).toBe(3);
});

test.each([
  // Orders are held back until 2,000 are known, claims and returns until 500: so many lines are rows before the last is read.
  ['orders', ORDER_LINE, 'amazon-order-id', 'quantity'],
  ['claims', CLAIM_LINE, 'reimbursement-id', 'amount-total'],
  ['returns', RETURN_LINE, 'order-id', 'quantity'],
] as const)(
  'a report of %s whose last line can never be read is given up at the third',
  async (resource, line, id, broken) => {
    const { userKey, connectionId } = await world.connectedUser();
    const good = Array.from({ length: 2_001 }, (_, index) => ({ ...line, [id]: `ID-${index}` }));
    const lines = [...good, { ...line, [broken]: 'unreadable' }];
    const first: { documentId?: string } = {};
    let opened = 0;
    const amazon = scriptedAmazon({
      openDocument: async (documentId) => {
        if (lineOf(documentId) === line) first.documentId ??= documentId;
        if (documentId !== first.documentId) return reportText([lineOf(documentId)]);
        opened += 1;
        return reportText(lines);
      },
    });
    const sync = await syncWith(amazon, userKey);
    expect(sync.state?.resources[resource]).toMatchObject({
      outcome: 'failed',
      error: { type: 'malformed_answer' },
    });
    expect(opened).toBe(3);
    const { rows } = await world.db
      .selectFrom(resource)
      .select(({ fn }) => fn.countAll<string>().as('rows'))
      .where('connection_id', '=', connectionId)
      .executeTakeFirstOrThrow();
    expect(Number(rows)).toBeGreaterThanOrEqual(500); // there was progress, each time the same
  },
);

test('a search that goes on after each fault starts the count of faults anew', async () => {
  const userKey = await syncedAnHourAgo();
  const asked: number[] = [];
  const amazon = scriptedAmazon({
    // 20 pages, more than the faults that are borne in a row; each fails when it is first asked for.
    searchOrders: async ({ paginationToken }) => {
      const page = Number(paginationToken ?? 1);
      asked.push(page);
      if (asked.length % 2 === 1) throw outage();
      return searched(page, page === 20 ? null : page + 1);
    },
  });
  const sync = await syncWith(amazon, userKey);
  expect(sync.state?.resources.orders).toMatchObject({ outcome: 'complete', records: 20 });
  expect(asked).toEqual(Array.from({ length: 40 }, (_, index) => Math.floor(index / 2) + 1));
});

test('faults before a report was asked for, was made and was opened are counted each for itself, in one activity too', async () => {
  const calls = { createReport: 0, getReport: 0, openDocument: 0 };
  // Ten times each, and thirty are more than are borne in a row.
  const fail = (operation: keyof typeof calls, id: string) => {
    if (!isReturns(id)) return;
    calls[operation] += 1;
    if (calls[operation] <= 10) throw outage();
  };
  const amazon = scriptedAmazon({
    createReport: async ({ reportType, from }) => {
      fail('createReport', reportType);
      return `${reportType} ${from}`;
    },
    getReport: async (reportId) => {
      fail('getReport', reportId);
      return reportOf(reportId, 'DONE');
    },
    openDocument: async (documentId) => {
      fail('openDocument', documentId);
      return reportText([lineOf(documentId)]);
    },
  });
  const sync = await syncWith(amazon);
  expect(sync.state?.resources.returns).toMatchObject({ outcome: 'complete', records: 1 });
  expect(calls).toEqual({ createReport: 11, getReport: 11, openDocument: 11 });
});

test('a search whose second page Amazon always forgets is given up at the fifteenth', async () => {
  const userKey = await syncedAnHourAgo();
  let forgotten = 0;
  const amazon = scriptedAmazon({
    searchOrders: async ({ paginationToken }) => {
      if (paginationToken === undefined) return searched(1, 2);
      forgotten += 1;
      throw pageForgotten();
    },
  });
  const sync = await syncWith(amazon, userKey);
  expect(sync.state?.resources.orders).toMatchObject({
    outcome: 'failed',
    error: { type: 'amazon_unavailable' },
  });
  expect(forgotten).toBe(15);
});

/** As many items as asked for, all different. */
function itemsUpTo(count: number): InventoryItem[] {
  return Array.from({ length: count }, (_, index) => ({ ...ITEM, sku: `SKU-${index}` }));
}

/** A page of a search, with one order of its own. */
function searched(page: number, next: number | null) {
  return {
    orders: [{ ...ORDER, amazonOrderId: `111-${page}` }],
    nextToken: next === null ? null : String(next),
    lastUpdatedBefore: new Date().toISOString(),
    createdBefore: null,
  };
}

/** A user whose next sync searches its orders. */
async function syncedAnHourAgo(): Promise<string> {
  const { userKey, connectionId } = await world.connectedUser();
  const watermark = new Date((await server.currentTimeMs()) - HOUR);
  const cursor = {
    connectionId,
    resource: 'orders',
    marketplaceId: 'ATVPDKIKX0DER',
    watermark,
  } as const;
  await world.db.transaction().execute((trx) => advanceCursors(trx, [cursor], watermark));
  return userKey;
}

async function syncWith(amazon: Amazon, knownUser?: string) {
  const userKey = knownUser ?? (await world.connectedUser()).userKey;
  const activities = onServerTime(server, (now) => world.activities({ amazon, now }));
  return runSync(server, activities, { userKey });
}
