import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../../store/database';
import { leaveSyncPlace, type SyncLimits, takeSyncPlace } from '../../../store/sync-places';
import { insertSync, recordOutcome } from '../../../store/syncs';
import { bodyOf, COMPLETE, connected, newSync } from './stored-things';
import { OPTIONS, type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

const HOUR = 3_600_000;
const ANY = 1_000;

/** A user who has connected a seller: one of its own, unless told which. */
async function user(sellerId = `A${randomUUID()}`): Promise<string> {
  const userKey = `user-${randomUUID()}`;
  await connected(database.db, userKey, { sellerId });
  return userKey;
}

const users = (count: number, sellerId?: string) =>
  Promise.all(Array.from({ length: count }, () => user(sellerId)));

function take(
  userKey: string,
  limits: Partial<SyncLimits>,
  { db = database.db, id = randomUUID() as string, holdMs = HOUR } = {},
) {
  return takeSyncPlace(db, { id, userKey, holdMs }, { service: ANY, seller: ANY, ...limits });
}

test('of a crowd in two processes, exactly as many get a place as there are', async () => {
  const other = openDatabase({ ...OPTIONS, url: database.url });
  try {
    const crowd = await users(60);
    const answers = await Promise.all(
      crowd.map((userKey, index) =>
        take(userKey, { service: 7 }, { db: index % 2 === 0 ? database.db : other }),
      ),
    );
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(7);
    expect(answers.filter((answer) => answer === 'service_full')).toHaveLength(53);
  } finally {
    await other.destroy();
  }
});

test('users of one seller have places of their own number, and leave others theirs', async () => {
  const crowd = await users(20, 'A1SHARED');
  const answers = await Promise.all(crowd.map((userKey) => take(userKey, { seller: 2 })));
  expect(answers.filter((answer) => answer === 'taken')).toHaveLength(2);
  expect(answers.filter((answer) => answer === 'seller_full')).toHaveLength(18);
  expect(await take(await user(), { seller: 2 })).toBe('taken');
});

test('the row of a sync takes the place over, until the end is recorded', async () => {
  const [first = '', second = ''] = await users(2);
  const id = randomUUID();
  expect(await take(first, { service: 1 }, { id })).toBe('taken');
  const sync = newSync(first);
  await insertSync(database.db, sync, id);
  expect(await database.db.selectFrom('sync_places').selectAll().execute()).toEqual([]);
  expect(await take(second, { service: 1 })).toBe('service_full');
  await recordOutcome(database.db, sync, bodyOf(sync, COMPLETE));
  expect(await take(second, { service: 1 })).toBe('taken');
});

test('a place whose process died is free after its time', async () => {
  const [first = '', second = ''] = await users(2);
  expect(await take(first, { service: 1 }, { holdMs: 0 })).toBe('taken');
  expect(await take(second, { service: 1 })).toBe('taken');
});

test('a user takes up one place, however many are asked for, and leaves only the one it names', async () => {
  const [first = '', second = ''] = await users(2);
  const id = randomUUID();
  expect(await take(first, { service: 1, seller: 1 })).toBe('taken');
  expect(await take(first, { service: 1, seller: 1 }, { id })).toBe('taken');
  await leaveSyncPlace(database.db, second, id);
  await leaveSyncPlace(database.db, first, id);
  expect(await database.db.selectFrom('sync_places').selectAll().execute()).toHaveLength(1);
  expect(await take(second, { service: 1 })).toBe('service_full');
});

test('a user without a connection needs no place', async () => {
  expect(await take('nobody', { service: 1 })).toBe('not_needed');
  expect(await database.db.selectFrom('sync_places').selectAll().execute()).toEqual([]);
});
