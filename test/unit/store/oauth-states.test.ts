import { sql } from 'kysely';
import type { Database } from '../../../store/database';
import { migrate } from '../../../store/migrate';
import {
  keepOauthState,
  type OauthState,
  pruneOauthStates,
  takeOauthState,
} from '../../../store/oauth-states';
import { connectedOfOld, databaseBefore } from './old-schema';
import { NOW } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const MINUTE = 60_000;
const at = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);

function newState(stateHash: string, change: Partial<OauthState> = {}): OauthState {
  return {
    stateHash,
    nonceHash: 'nonce',
    userKey: 'user1',
    region: 'eu',
    expiresAt: at(10),
    ...change,
  };
}

test('a state is taken once, and is known as used from then on', async () => {
  await keepOauthState(db, newState('once'), NOW);
  expect(await takeOauthState(db, 'once', at(1))).toEqual({
    kind: 'taken',
    state: newState('once'),
  });
  expect(await takeOauthState(db, 'once', at(2))).toEqual({ kind: 'used' });
  expect(await takeOauthState(db, 'never', at(2))).toEqual({ kind: 'unknown' });
});

test('of many who come with one state at once, one gets it', async () => {
  await keepOauthState(db, newState('crowd'), NOW);
  const taken = await Promise.all(
    Array.from({ length: 8 }, () => takeOauthState(db, 'crowd', at(1))),
  );
  expect(taken.map(({ kind }) => kind).sort()).toEqual(['taken', ...Array(7).fill('used')]);
});

test('a user has ten at most: the oldest is forgotten, and nobody else’s', async () => {
  await keepOauthState(db, newState('other', { userKey: 'user3' }), NOW);
  for (let tab = 0; tab < 11; tab += 1) {
    await keepOauthState(db, newState(`tab${tab}`, { userKey: 'user2' }), at(tab / 10));
  }
  expect(await takeOauthState(db, 'tab0', at(2))).toEqual({ kind: 'unknown' });
  for (const kept of ['tab1', 'tab10', 'other']) {
    expect(await takeOauthState(db, kept, at(2))).toMatchObject({ kind: 'taken' });
  }
});

test('a state is remembered for a day after its end, and then forgotten', async () => {
  await keepOauthState(db, newState('old'), NOW);
  const day = 24 * 60;
  await keepOauthState(db, newState('next'), at(9 + day));
  expect(await takeOauthState(db, 'old', at(9 + day))).toMatchObject({
    kind: 'taken',
    state: { expiresAt: at(10) },
  });
  expect(await pruneOauthStates(db, at(10 + day), 100)).toBe(0);
  expect(await pruneOauthStates(db, at(11 + day), 100)).toBeGreaterThan(0);
  expect(await takeOauthState(db, 'old', at(11 + day))).toEqual({ kind: 'unknown' });
});

test('a connection of before was authorized when it was made, and Amazon never told its marketplaces', async () => {
  const old = await databaseBefore('0004-oauth-states');
  try {
    const id = await connectedOfOld(old.db, 'user1');
    await migrate(old.url);
    const { rows } = await sql`select id, marketplace_ids, marketplaces_learned_at, authorized_at,
      first_sync_owed_at from connections`.execute(old.db);
    expect(rows).toEqual([
      {
        id,
        marketplace_ids: ['A1PA6795UKMFR9'],
        marketplaces_learned_at: null,
        authorized_at: NOW,
        first_sync_owed_at: null,
      },
    ]);
  } finally {
    await old.drop();
  }
});
