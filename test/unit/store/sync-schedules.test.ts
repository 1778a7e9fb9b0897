import { disconnect } from '../../../store/connections';
import type { Database } from '../../../store/database';
import {
  changeSchedule,
  findSchedule,
  markScheduleApplied,
  removeSchedule,
  scheduleDaily,
  takeUnappliedSchedules,
  type UnappliedSchedule,
} from '../../../store/sync-schedules';
import { connected, NOW } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await testDatabase();
  ({ db } = database);
});
afterEach(() => database.drop());

const LATER = new Date(NOW.getTime() + 60_000);
const DAILY = { enabled: true, hourUtc: 2 };

const schedule = (userKey: string, now = NOW) =>
  db.transaction().execute((trx) => scheduleDaily(trx, userKey, now));
const remove = (userKey: string, status: 'removed' | 'purged') =>
  db.transaction().execute((trx) => removeSchedule(trx, userKey, status, NOW));
const take = (limit = 10) => takeUnappliedSchedules(db, limit, NOW);

async function takeOne(): Promise<UnappliedSchedule> {
  const [one, ...more] = await take();
  if (one === undefined || more.length > 0) throw new Error('Not one schedule to apply');
  return one;
}

test('who connects has a daily sync at 02:00, which Temporal does not follow yet', async () => {
  await schedule('user123');
  expect(await findSchedule(db, 'user123')).toEqual(DAILY);
  expect(await takeOne()).toMatchObject({ ...DAILY, userKey: 'user123', status: 'active' });
  expect(await findSchedule(db, 'user124')).toBeUndefined();
});

test('who connects again keeps what was set, and nothing is left to apply', async () => {
  await schedule('user123');
  expect(await changeSchedule(db, 'user123', { enabled: false, hourUtc: 7 }, NOW)).toEqual({
    enabled: false,
    hourUtc: 7,
  });
  await markScheduleApplied(db, await takeOne());
  await schedule('user123', LATER);
  expect(await findSchedule(db, 'user123')).toEqual({ enabled: false, hourUtc: 7 });
  expect(await take()).toEqual([]);
});

test('what is set as it is already is no change', async () => {
  await schedule('user123');
  await markScheduleApplied(db, await takeOne());
  for (const same of [{}, { enabled: true }, { hourUtc: 2 }, DAILY]) {
    expect(await changeSchedule(db, 'user123', same, LATER)).toEqual(DAILY);
  }
  expect(await take()).toEqual([]);
  await changeSchedule(db, 'user123', { enabled: true, hourUtc: 3 }, LATER);
  expect(await takeOne()).toMatchObject({ hourUtc: 3 });
});

test('who is not connected has none to change', async () => {
  expect(await changeSchedule(db, 'user123', { enabled: true }, NOW)).toBeUndefined();
  await schedule('user123');
  await remove('user123', 'removed');
  expect(await changeSchedule(db, 'user123', { enabled: false }, NOW)).toBeUndefined();
  expect(await findSchedule(db, 'user123')).toBeUndefined();
});

describe('after the last connection', () => {
  test('it is removed, and comes back as it was set', async () => {
    await schedule('user123');
    await changeSchedule(db, 'user123', { hourUtc: 7 }, NOW);
    await remove('user123', 'removed');
    expect(await takeOne()).toMatchObject({ status: 'removed' });
    await schedule('user123');
    expect(await findSchedule(db, 'user123')).toEqual({ enabled: true, hourUtc: 7 });
    expect(await takeOne()).toMatchObject({ status: 'active', hourUtc: 7 });
  });

  test('a purged one is forgotten, at once or when Temporal has followed', async () => {
    await schedule('user123');
    await changeSchedule(db, 'user123', { hourUtc: 7, enabled: false }, NOW);
    await remove('user123', 'purged');
    await schedule('user123');
    expect(await findSchedule(db, 'user123')).toEqual(DAILY);
    await remove('user123', 'purged');
    await markScheduleApplied(db, await takeOne());
    expect(await db.selectFrom('sync_schedules').selectAll().execute()).toEqual([]);
  });

  test('a removed one can be purged later, and a purged one is not merely removed', async () => {
    await schedule('user123');
    await remove('user123', 'removed');
    await remove('user123', 'purged');
    await remove('user123', 'removed');
    expect(await takeOne()).toMatchObject({ status: 'purged' });
  });

  test('it stays while a connection of another region stands', async () => {
    const na = await connected(db, 'user123', { region: 'na' });
    const eu = await connected(db, 'user123', { region: 'eu' });
    await schedule('user123');
    await disconnect(db, na, NOW);
    await remove('user123', 'removed');
    expect(await findSchedule(db, 'user123')).toEqual(DAILY);
    await disconnect(db, eu, NOW);
    await remove('user123', 'removed');
    expect(await findSchedule(db, 'user123')).toBeUndefined();
  });

  test('it stays when somebody connects in the same moment', async () => {
    await schedule('user123');
    let connecting = Promise.resolve();
    await db.transaction().execute(async (trx) => {
      await connected(db, 'user123');
      await changeSchedule(trx, 'user123', { hourUtc: 9 }, NOW); // holds the row, as connecting does
      connecting = remove('user123', 'removed');
    });
    await connecting;
    expect(await findSchedule(db, 'user123')).toEqual({ enabled: true, hourUtc: 9 });
  });
});

describe('bringing Temporal in line', () => {
  test('one that changed while it was applied is applied again', async () => {
    await schedule('user123');
    const old = await takeOne();
    await changeSchedule(db, 'user123', { hourUtc: 5 }, LATER);
    await markScheduleApplied(db, await takeOne());
    // The old one comes late and has set Temporal back.
    await markScheduleApplied(db, old);
    expect(await takeOne()).toMatchObject({ hourUtc: 5 });
  });

  test('one that was purged and made anew is not taken for the old one', async () => {
    await schedule('user123');
    const old = await takeOne();
    await remove('user123', 'purged');
    await markScheduleApplied(db, await takeOne());
    await schedule('user123', LATER);
    await markScheduleApplied(db, old);
    expect(await takeOne()).toMatchObject({ version: old.version, changedAt: LATER });
  });

  test('those that cannot be applied do not stand before the others', async () => {
    for (const user of ['a', 'b', 'c']) await schedule(user);
    const seen = new Set<string>();
    for (const ms of [1, 2, 3]) {
      const at = new Date(NOW.getTime() + ms);
      for (const { userKey } of await takeUnappliedSchedules(db, 1, at)) seen.add(userKey);
    }
    expect([...seen].sort()).toEqual(['a', 'b', 'c']);
  });
});
