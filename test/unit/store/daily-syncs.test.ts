import { Migrator, sql } from 'kysely';
import { type Database, openDatabase } from '../../../store/database';
import { MIGRATIONS, migrate } from '../../../store/migrate';
import { findSchedule, takeUnappliedSchedules } from '../../../store/sync-schedules';
import { NOW } from './stored-things';
import { emptyDatabase, OPTIONS } from './test-database';

let db: Database;
let url: string;
let drop: () => Promise<void>;
beforeEach(async () => {
  ({ url, drop } = await emptyDatabase());
  db = openDatabase({ ...OPTIONS, url });
  const before = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name < '0004'));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => before } });
  await migrator.migrateToLatest();
});
afterEach(async () => {
  await db?.destroy();
  await drop?.();
});

test('who was connected before has a daily sync too, once for all regions', async () => {
  await connectedThen('here', 'na', 'connected');
  await connectedThen('here', 'eu', 'connected');
  await connectedThen('gone', 'na', 'disconnected');
  await migrate(url);
  expect(await findSchedule(db, 'here')).toEqual({ enabled: true, hourUtc: 2 });
  expect(await findSchedule(db, 'gone')).toBeUndefined();
  const unapplied = await takeUnappliedSchedules(db, 10, NOW);
  expect(unapplied.map(({ userKey }) => userKey)).toEqual(['here']);
});

/** A connection as it was stored before there were daily syncs. */
async function connectedThen(
  userKey: string,
  region: string,
  status: 'connected' | 'disconnected',
): Promise<void> {
  const token = status === 'connected' ? 'sealed' : null;
  await sql`
    insert into connections (id, user_key, seller_id, region, endpoint, marketplace_ids, refresh_token,
      status, created_at, updated_at)
    values (gen_random_uuid(), ${userKey}, 'A1SELLER', ${region}, 'https://sellingpartnerapi-na.amazon.com',
      '{ATVPDKIKX0DER}', ${token}, ${status}, ${NOW}, ${NOW})`.execute(db);
}
