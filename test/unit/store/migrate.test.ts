import { sql } from 'kysely';
import { openDatabase } from '../../../store/database';
import { MIGRATIONS, migrate } from '../../../store/migrate';
import { emptyDatabase, OPTIONS } from './test-database';

let url: string;
let drop: () => Promise<void>;
beforeEach(async () => {
  ({ url, drop } = await emptyDatabase());
});
afterEach(() => drop());

async function tables(): Promise<string[]> {
  const db = openDatabase({ ...OPTIONS, url });
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_name not like 'kysely%' order by 1`.execute(db);
  await db.destroy();
  return rows.map(({ name }) => name);
}

test('an empty database gets every table', async () => {
  expect(await migrate(url)).toEqual(Object.keys(MIGRATIONS));
  expect(await tables()).toEqual([
    'audit_events',
    'claims',
    'connections',
    'current_syncs',
    'cursors',
    'disconnections',
    'inventory',
    'oauth_states',
    'order_items',
    'orders',
    'quota_buckets',
    'report_requests',
    'returns',
    'sync_places',
    'sync_schedules',
    'syncs',
    'webhook_deliveries',
    'webhooks',
  ]);
});

test('a database that is up to date is left as it is', async () => {
  await migrate(url);
  const before = await tables();
  expect(await migrate(url)).toEqual([]);
  expect(await tables()).toEqual(before);
});

test('five processes that start at once migrate once, and all of them go on', async () => {
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
  expect(applied.flat()).toEqual(Object.keys(MIGRATIONS));
  expect(await tables()).not.toEqual([]);
});
