import { Migrator } from 'kysely';
import { disconnect } from '../../../store/connections';
import { type Database, openDatabase } from '../../../store/database';
import { MIGRATIONS, migrate } from '../../../store/migrate';
import { findSchedule, takeUnappliedSchedules } from '../../../store/sync-schedules';
import { connected, NOW } from './stored-things';
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
  await connected(db, 'here', { region: 'na' });
  await connected(db, 'here', { region: 'eu' });
  await disconnect(db, await connected(db, 'gone'), NOW);
  await migrate(url);
  expect(await findSchedule(db, 'here')).toEqual({ enabled: true, hourUtc: 2 });
  expect(await findSchedule(db, 'gone')).toBeUndefined();
  const unapplied = await takeUnappliedSchedules(db, 10, NOW);
  expect(unapplied.map(({ userKey }) => userKey)).toEqual(['here']);
});
