import { sql } from 'kysely';
import { cursorsOf } from '../../../store/cursors';
import type { Database } from '../../../store/database';
import { migrate } from '../../../store/migrate';
import { requestedReport } from '../../../store/report-requests';
import { connectedOfOld, databaseBefore } from './old-schema';
import { NOW } from './stored-things';

const US = 'ATVPDKIKX0DER';
const CA = 'A2EUQ1WTGCTBG2';
const SYNCED = new Date('2026-03-01T11:00:00.000Z');

let db: Database;
let url: string;
let drop: () => Promise<void>;
let connectionId: string;
beforeEach(async () => {
  ({ url, db, drop } = await databaseBefore('0002-marketplaces-apart'));
  connectionId = await connectedOfOld(db, 'user123', [US, CA]);
});
afterEach(() => drop?.());

test('each marketplace has come as far with its orders as all of them had', async () => {
  await sql`insert into cursors (connection_id, resource, marketplace_id, watermark, synced_at) values
    (${connectionId}, 'orders', '', ${NOW}, ${SYNCED}),
    (${connectionId}, 'claims', '', ${NOW}, ${SYNCED}),
    (${connectionId}, 'inventory', ${US}, ${NOW}, ${SYNCED})`.execute(db);
  await migrate(url);
  const cursors = await cursorsOf(db, connectionId);
  expect(
    cursors.map(({ resource, marketplaceId }) => `${resource} ${marketplaceId}`).sort(),
  ).toEqual(['claims ', `inventory ${US}`, `orders ${CA}`, `orders ${US}`]);
  for (const { watermark } of cursors) expect(watermark).toEqual(NOW);
});

test('reports that were requested before stay, for no marketplaces that anybody asks for', async () => {
  const range = { from: SYNCED, to: NOW };
  await sql`insert into report_requests
    (connection_id, report_type, range_from, range_to, report_id, requested_at)
    values (${connectionId}, 'ORDERS', ${range.from}, ${range.to}, 'R-1', ${NOW})`.execute(db);
  await migrate(url);
  const report = { connectionId, reportType: 'ORDERS', ...range };
  expect(await requestedReport(db, { ...report, marketplaceIds: [] })).toBe('R-1');
  expect(await requestedReport(db, { ...report, marketplaceIds: [US, CA] })).toBeUndefined();
});

test('orders that came from a search are told from those of a report', async () => {
  for (const [order, item] of [
    ['SEARCHED', 'ITEM-1'],
    ['REPORTED', null],
  ]) {
    await sql`insert into orders (connection_id, amazon_order_id, purchase_date, last_updated, status)
      values (${connectionId}, ${order}, ${NOW}, ${NOW}, 'SHIPPED')`.execute(db);
    await sql`insert into order_items (connection_id, amazon_order_id, line, order_item_id, quantity)
      values (${connectionId}, ${order}, 0, ${item}, 1)`.execute(db);
  }
  await migrate(url);
  const rows = await db
    .selectFrom('orders')
    .select(['amazon_order_id', 'has_item_ids'])
    .orderBy('amazon_order_id')
    .execute();
  expect(rows).toEqual([
    { amazon_order_id: 'REPORTED', has_item_ids: false },
    { amazon_order_id: 'SEARCHED', has_item_ids: true },
  ]);
});
