import { advanceCursors, cursorsOf, lastSyncedAt } from '../../../store/cursors';
import { connected, NOW } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

let users = 0;
let user: string;
let connectionId: string;
beforeEach(async () => {
  user = `user${++users}`;
  connectionId = await connected(database.db, user);
});

const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const advance = (watermark: Date, { marketplaceId = '', syncedAt = watermark } = {}) =>
  database.db
    .transaction()
    .execute((trx) =>
      advanceCursors(
        trx,
        [{ connectionId, resource: 'orders', marketplaceId, watermark }],
        syncedAt,
      ),
    );
const watermarks = async () =>
  (await cursorsOf(database.db, connectionId)).map(({ watermark }) => watermark);

test('a connection that never synced has no cursor, and no time of a sync', async () => {
  expect(await cursorsOf(database.db, connectionId)).toEqual([]);
  expect(await lastSyncedAt(database.db, user, 'orders')).toBeNull();
});

test('a cursor moves on', async () => {
  await advance(at(0));
  await advance(at(5));
  expect(await cursorsOf(database.db, connectionId)).toEqual([
    { connectionId, resource: 'orders', marketplaceId: '', watermark: at(5) },
  ]);
});

test('a cursor never goes back, and still tells of the later sync', async () => {
  await advance(at(5));
  await advance(at(0), { syncedAt: at(9) });
  expect(await watermarks()).toEqual([at(5)]);
  expect(await lastSyncedAt(database.db, user, 'orders')).toEqual(at(9));
});

test('a cursor that many move at once ends at the furthest', async () => {
  await Promise.all([3, 9, 1, 7, 5].map((minutes) => advance(at(minutes))));
  expect(await watermarks()).toEqual([at(9)]);
});

test('marketplaces have cursors of their own', async () => {
  await advance(at(1), { marketplaceId: 'A1PA6795UKMFR9' });
  await advance(at(2), { marketplaceId: 'A13V1IB3VIYZZH' });
  expect((await watermarks()).map(Number).sort()).toEqual([at(1), at(2)].map(Number));
});

describe('when a resource was last synced', () => {
  test('is the latest over the connections that stand', async () => {
    await advance(at(1));
    connectionId = await connected(database.db, user, { region: 'na' });
    await advance(at(4));
    expect(await lastSyncedAt(database.db, user, 'orders')).toEqual(at(4));
    expect(await lastSyncedAt(database.db, user, 'claims')).toBeNull();
  });

  test('is unknown again after another seller was connected', async () => {
    await advance(at(1));
    await connected(database.db, user, { sellerId: 'A2SELLER' });
    expect(await lastSyncedAt(database.db, user, 'orders')).toBeNull();
  });

  test('is nobody else’s', async () => {
    await advance(at(1));
    expect(await lastSyncedAt(database.db, 'somebody', 'orders')).toBeNull();
  });
});
