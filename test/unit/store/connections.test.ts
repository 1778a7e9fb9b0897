import {
  connect,
  connectionAccess,
  currentConnections,
  disconnect,
  keepMarketplaces,
  requireReauthorization,
} from '../../../store/connections';
import { advanceCursors, cursorsOf } from '../../../store/cursors';
import { upsertInventory } from '../../../store/inventory';
import { inventoryPages } from '../../../store/inventory-pages';
import { connected, NOW, newConnection, stock, vault } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

const LATER = new Date(NOW.getTime() + 60_000);
const SCAN = { scannedAt: NOW, marketplaceId: 'A1PA6795UKMFR9' };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** Users do not meet, so each test has its own. */
let users = 0;
const newUser = () => `user${++users}`;

const scanned = (connectionId: string, sku: string) =>
  database.db
    .transaction()
    .execute((trx) => upsertInventory(trx, { ...SCAN, connectionId }, [stock(sku)]));

async function skusOf(userKey: string): Promise<string[]> {
  const { rows } = await inventoryPages.list(database.db, userKey, {}, { limit: 200 });
  return rows.map(({ sku }) => sku);
}

test('a connection is stored with its token sealed', async () => {
  const { db } = database;
  const user = newUser();
  const id = await connected(db, user);
  expect(await currentConnections(db, user)).toEqual([
    {
      id,
      userKey: user,
      sellerId: 'A1SELLER',
      region: 'eu',
      endpoint: 'https://sellingpartnerapi-eu.amazon.com',
      marketplaceIds: ['A1PA6795UKMFR9'],
      marketplacesLearnedAt: NOW,
      status: 'connected',
      createdAt: NOW,
      authorizedAt: NOW,
    },
  ]);
  const row = await db
    .selectFrom('connections')
    .select('refresh_token')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(row.refresh_token).not.toContain('Atzr');
  expect(await connectionAccess(db, vault, id)).toEqual({
    endpoint: 'https://sellingpartnerapi-eu.amazon.com',
    refreshToken: 'Atzr|token',
    authorizedAt: NOW,
  });
});

test('the same seller again keeps the connection and its rows, with the new token', async () => {
  const { db } = database;
  const user = newUser();
  const first = await connected(db, user);
  await scanned(first, 'KEPT');
  const second = await connected(db, user, {
    refreshToken: 'Atzr|newer',
    marketplaceIds: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'],
  });
  expect(second).toBe(first);
  expect((await connectionAccess(db, vault, first))?.refreshToken).toBe('Atzr|newer');
  expect((await currentConnections(db, user))[0]?.marketplaceIds).toHaveLength(2);
  expect(await skusOf(user)).toEqual(['KEPT']);
});

describe('connecting the same seller again, after a sync,', () => {
  const DE = 'A1PA6795UKMFR9';
  const FR = 'A13V1IB3VIYZZH';
  const IT = 'APJ6JRA9NG5V4';

  test('with one marketplace more, goes on where it was, and the new one has no cursor', async () => {
    const { db } = database;
    const user = newUser();
    const connectionId = await connected(db, user, { marketplaceIds: [DE, FR] });
    const cursors = [DE, FR].map((marketplaceId) => ({
      connectionId,
      resource: 'orders' as const,
      marketplaceId,
      watermark: NOW,
    }));
    await db.transaction().execute((trx) => advanceCursors(trx, cursors, NOW));
    expect(await connected(db, user, { marketplaceIds: [IT, FR, DE] })).toBe(connectionId);
    expect(await cursorsOf(db, connectionId)).toEqual(expect.arrayContaining(cursors));
    expect(await cursorsOf(db, connectionId)).toHaveLength(2);
  });
});

describe('a connection whose marketplaces nobody has asked Amazon for', () => {
  test('has none at first, and then those that Amazon tells', async () => {
    const { db } = database;
    const user = newUser();
    const id = await connected(db, user, { marketplaceIds: null });
    expect(await currentConnections(db, user)).toMatchObject([
      { marketplaceIds: [], marketplacesLearnedAt: null },
    ]);
    await keepMarketplaces(db, id, ['APJ6JRA9NG5V4'], LATER);
    expect(await currentConnections(db, user)).toMatchObject([
      { marketplaceIds: ['APJ6JRA9NG5V4'], marketplacesLearnedAt: LATER },
    ]);
  });

  test('keeps those of before when the same seller connects again', async () => {
    const { db } = database;
    const user = newUser();
    await connected(db, user);
    await connect(db, vault, newConnection(user, { marketplaceIds: null }), LATER);
    expect(await currentConnections(db, user)).toMatchObject([
      {
        marketplaceIds: ['A1PA6795UKMFR9'],
        marketplacesLearnedAt: null,
        createdAt: NOW,
        authorizedAt: LATER,
      },
    ]);
  });
});

test('a connection that was ended shows no rows and gives no access', async () => {
  const { db } = database;
  const user = newUser();
  const id = await connected(db, user);
  await scanned(id, 'KEPT');
  await disconnect(db, id, NOW);
  expect(await skusOf(user)).toEqual([]);
  expect(await currentConnections(db, user)).toEqual([]);
  expect(await connectionAccess(db, vault, id)).toBeUndefined();
});

test.each([
  { sellerId: 'A2SELLER' },
  { endpoint: 'https://sandbox.sellingpartnerapi-eu.amazon.com' },
])('another seller or host, as in %j, starts anew and hides the rows before', async (change) => {
  const { db } = database;
  const user = newUser();
  const first = await connected(db, user);
  await scanned(first, 'OLD');
  const second = await connected(db, user, change);
  expect(second).not.toBe(first);
  expect((await currentConnections(db, user)).map(({ id }) => id)).toEqual([second]);
  expect(await skusOf(user)).toEqual([]);
  await scanned(second, 'NEW');
  expect(await skusOf(user)).toEqual(['NEW']);
  expect(await connectionAccess(db, vault, first)).toBeUndefined();
});

test('regions stand side by side', async () => {
  const { db } = database;
  const user = newUser();
  const eu = await connected(db, user, { region: 'eu' });
  const na = await connected(db, user, { region: 'na', sellerId: 'A2SELLER' });
  await scanned(eu, 'EU');
  await scanned(na, 'NA');
  expect((await currentConnections(db, user)).map(({ id }) => id)).toEqual([eu, na]);
  expect(await skusOf(user)).toEqual(['EU', 'NA']);
  await connected(db, user, { region: 'na', sellerId: 'A3SELLER' });
  expect(await skusOf(user)).toEqual(['EU']);
});

test('two users who connected the same seller do not share rows', async () => {
  const { db } = database;
  const [one, two] = [newUser(), newUser()];
  await scanned(await connected(db, one), 'ONE');
  await scanned(await connected(db, two), 'TWO');
  expect(await skusOf(one)).toEqual(['ONE']);
  expect(await skusOf(two)).toEqual(['TWO']);
});

test.each([
  ['the same seller', ['A1SELLER', 'A1SELLER', 'A1SELLER', 'A1SELLER']],
  ['another seller each', ['A1SELLER', 'A2SELLER', 'A3SELLER', 'A4SELLER']],
])('connecting %s many times at once leaves one connection, and none fails', async (_, sellers) => {
  const { db } = database;
  const user = newUser();
  const ids = await Promise.all(
    sellers.map((sellerId) => connect(db, vault, newConnection(user, { sellerId }), NOW)),
  );
  const [current, ...more] = await currentConnections(db, user);
  expect(more).toEqual([]);
  expect(ids).toContain(current?.id);
});

describe('a connection whose authorization is withdrawn', () => {
  test('stays, keeps showing its rows, and asks to be connected again', async () => {
    const { db } = database;
    const user = newUser();
    const id = await connected(db, user);
    await scanned(id, 'SHOWN');
    await requireReauthorization(db, id, NOW, NOW);
    expect((await currentConnections(db, user))[0]?.status).toBe('reauthorization_required');
    expect(await skusOf(user)).toEqual(['SHOWN']);
  });

  test('is connected again by the same seller', async () => {
    const { db } = database;
    const user = newUser();
    const id = await connected(db, user);
    await requireReauthorization(db, id, NOW, NOW);
    expect(await connected(db, user)).toBe(id);
    expect((await currentConnections(db, user))[0]?.status).toBe('connected');
  });
});

test('a withdrawal that is noticed after the seller connected again changes nothing', async () => {
  const { db } = database;
  const user = newUser();
  const id = await connected(db, user);
  await connect(db, vault, newConnection(user), LATER);
  await requireReauthorization(db, id, NOW, LATER);
  expect((await currentConnections(db, user))[0]?.status).toBe('connected');
});

test('a connection that never was gives no access', async () => {
  const never = '99999999-9999-4999-8999-999999999999';
  expect(await connectionAccess(database.db, vault, never)).toBeUndefined();
  expect(await currentConnections(database.db, newUser())).toEqual([]);
});
