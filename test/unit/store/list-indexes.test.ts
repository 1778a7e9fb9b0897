import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { z } from 'zod';
import { ReturnSort } from '../../../contract/returns';
import { ClaimSort, InventorySort, OrderSort } from '../../../contract/sorts';
import { urlFor } from '../../../dev/service-roles';
import type { AccountRowFilters } from '../../../store/account-rows';
import { claimPages } from '../../../store/claim-pages';
import { type InventoryFilters, inventoryPages } from '../../../store/inventory-pages';
import { type OrderFilters, orderPages } from '../../../store/order-pages';
import type { Slice } from '../../../store/page';
import { returnPages } from '../../../store/returns';
import type { Tables } from '../../../store/tables';
import { connected } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

/** Rows of each list and connection: so many that looking at all of them would show. */
const ROWS = 10_000;
/** What one page may look at: its 50 rows in each of two connections, their items, and some to spare. */
const FEW = 500;
const USER = 'user123';

let database: TestDatabase;
let db: Kysely<Tables>;
let asked: CompiledQuery[];

beforeAll(async () => {
  database = await testDatabase();
  // As the API, since row-level security has a say in which indexes are of use.
  const pool = new Pool({ connectionString: urlFor('api', database.url), max: 1 });
  db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void asked.push(query),
  });
  asked = [];
  const { db: owner } = database;
  for (const region of ['na', 'eu'] as const) {
    await fill(await connected(owner, USER, { region }));
  }
  await fill(await connected(owner, 'user456'));
  await run('vacuum analyze');
  await db.executeQuery(
    CompiledQuery.raw("select set_config('amazon_sync.user_key', $1, false)", [USER]),
  );
});
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
});

const run = (sql: string) => database.db.executeQuery(CompiledQuery.raw(sql));

async function fill(connectionId: string): Promise<void> {
  const series = `generate_series(1, ${ROWS}) as n`;
  const time = (n: string) => `'2026-01-01'::timestamptz + (${n} || ' minutes')::interval`;
  await run(`insert into orders (connection_id, amazon_order_id, purchase_date, last_updated, status)
    select '${connectionId}', '302-' || n, ${time('n')}, ${time(`(n * 7919) % ${ROWS}`)}, 'SHIPPED' from ${series}`);
  await run(`insert into order_items (connection_id, amazon_order_id, line, sku, asin, quantity)
    select '${connectionId}', '302-' || n, 0, 'SKU-' || n % 500, 'B' || n % 500, 1 from ${series}`);
  await run(`insert into inventory (connection_id, marketplace_id, sku, fnsku, asin, fulfillable, inbound_working,
      inbound_shipped, inbound_receiving, reserved, unfulfillable, researching, total, scanned_at)
    select '${connectionId}', 'DE', 'SKU-' || n, 'X' || n, 'B' || n % 500, (n * 7919) % 300, 0, 0, 0, 0, 0, 0, 0, now()
    from ${series}`);
  await run(`insert into claims (connection_id, reimbursement_id, approval_date, sku, asin, amazon_order_id,
      amount_total, occurrence)
    select '${connectionId}', 'R-' || n, ${time('n')}, 'SKU-' || n % 500, 'B' || n % 500, '302-' || n % 500,
      (n * 7919) % 300, 0 from ${series}`);
  await run(`insert into returns (connection_id, return_date, amazon_order_id, sku, asin, quantity, occurrence)
    select '${connectionId}', ${time('n')}, '302-' || n % 500, 'SKU-' || n % 500, 'B' || n % 500, 1, 0
    from ${series}`);
}

interface PlanNode {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}
const PlanNode: z.ZodType<PlanNode> = z.looseObject({
  'Node Type': z.string(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().optional(),
  get Plans() {
    return z.array(PlanNode).optional();
  },
});
const Explained = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: PlanNode })]) })]);

/** The most rows that any one step of the queries of a page has looked at. */
async function looksAt(page: () => Promise<unknown>): Promise<number> {
  asked = [];
  await page();
  const queries = [...asked];
  let most = 0;
  for (const { sql, parameters } of queries) {
    const explain = CompiledQuery.raw(`explain (analyze, format json) ${sql}`, [...parameters]);
    const [{ 'QUERY PLAN': plans }] = Explained.parse((await db.executeQuery(explain)).rows);
    most = Math.max(most, mostRows(plans[0].Plan));
  }
  return most;
}

function mostRows(node: PlanNode): number {
  const seen = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return Math.max(seen, ...(node.Plans ?? []).map(mostRows));
}

type Page = { limit: number; cursor?: string };
type List = (page: Page) => Promise<Slice<unknown>>;

const SORTED: [string, List][] = [
  ...OrderSort.options.map((sort): [string, List] => [
    `orders by ${sort}`,
    (page) => orderPages.slice(db, USER, {}, { ...page, sort }),
  ]),
  ...InventorySort.options.map((sort): [string, List] => [
    `inventory by ${sort}`,
    (page) => inventoryPages.slice(db, USER, {}, { ...page, sort }),
  ]),
  ...ClaimSort.options.map((sort): [string, List] => [
    `claims by ${sort}`,
    (page) => claimPages.slice(db, USER, {}, { ...page, sort }),
  ]),
  ...ReturnSort.options.map((sort): [string, List] => [
    `returns by ${sort}`,
    (page) => returnPages.slice(db, USER, {}, { ...page, sort }),
  ]),
];

/** Decimals are compared behind the wall of row-level security only, which no index is (docs/architecture.md). */
const DECIMAL: readonly string[] = ['claims by amountTotal', 'claims by -amountTotal'];

test.each(SORTED)(
  'a page of %s looks at few rows, at the beginning and far in',
  async (name, list) => {
    expect(await looksAt(() => list({ limit: 50 }))).toBeLessThan(FEW);
    if (DECIMAL.includes(name)) return;
    const { nextCursor } = await list({ limit: 5_000 });
    const cursor = nextCursor ?? '';
    expect(await looksAt(() => list({ limit: 50, cursor }))).toBeLessThan(FEW);
  },
);

test.each<[OrderFilters]>([
  [{ sku: 'SKU-7' }],
  [{ asin: 'B7' }],
  [{ orderId: '302-7' }],
  [{ sku: 'SKU-7', asin: 'B8' }],
])('orders with %j are found without looking at all', async (filters) => {
  expect(await looksAt(() => orderPages.slice(db, USER, filters, { limit: 50 }))).toBeLessThan(FEW);
});

test.each<[InventoryFilters]>([[{ sku: 'SKU-7' }], [{ asin: 'B7' }]])(
  'inventory with %j is found without looking at all',
  async (filters) => {
    expect(
      await looksAt(() => inventoryPages.slice(db, USER, filters, { limit: 50 })),
    ).toBeLessThan(FEW);
  },
);

test.each<[AccountRowFilters]>([[{ sku: 'SKU-7' }], [{ asin: 'B7' }], [{ orderId: '302-7' }]])(
  'claims with %j are found without looking at all',
  async (filters) => {
    expect(await looksAt(() => claimPages.slice(db, USER, filters, { limit: 50 }))).toBeLessThan(
      FEW,
    );
  },
);

test.each<[AccountRowFilters]>([[{ sku: 'SKU-7' }], [{ asin: 'B7' }], [{ orderId: '302-7' }]])(
  'returns with %j are found without looking at all',
  async (filters) => {
    const page = () => returnPages.slice(db, USER, filters, { limit: 50 });
    expect(await looksAt(page)).toBeLessThan(FEW);
  },
);
