import { sql } from 'kysely';
import { type Database, openDatabase } from '../../../store/database';
import { disconnectUser, expireUser } from '../../../store/disconnect-user';
import {
  finishDisconnection,
  lastPurgeAt,
  takeOpenDisconnections,
} from '../../../store/disconnections';
import { holdOauthState, keepOauthState } from '../../../store/oauth-states';
import { countPurgedRows, usersToExpire } from '../../../store/purged-rows';
import { insertSync } from '../../../store/syncs';
import { connected, NOW, newSync } from './stored-things';
import { OPTIONS, type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await testDatabase();
  db = database.db;
});
afterEach(() => database.drop());

const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000);
const ALL = { region: undefined, purge: false };

async function rowsOf(table: 'syncs' | 'oauth_states', userKey: string): Promise<number> {
  const rows = await db
    .selectFrom(table)
    .select('user_key')
    .where('user_key', '=', userKey)
    .execute();
  return rows.length;
}

describe('after the days of retention', () => {
  beforeEach(async () => {
    for (const [userKey, ended] of [
      ['longest', 1],
      ['long', 2],
      ['lately', 30],
    ] as const) {
      await connected(db, userKey);
      await insertSync(db, newSync(userKey));
      await disconnectUser(db, { ...ALL, userKey }, days(ended));
    }
    await connected(db, 'stays');
  });

  test('those whose connections ended long ago expire, the longest ended first', async () => {
    expect(await usersToExpire(db, days(20), 10)).toEqual(['longest', 'long']);
    expect(await usersToExpire(db, days(20), 1)).toEqual(['longest']);
  });

  test('what of a user cannot be deleted at one time is not forgotten, but deleted at the next', async () => {
    await sql`create function refuse() returns trigger language plpgsql
      as $$ begin raise 'not now'; end $$`.execute(db);
    await sql`create trigger refuse before delete on syncs execute function refuse()`.execute(db);
    await expect(expireUser(db, 'long', days(20), days(40))).rejects.toThrow('not now');
    await sql`drop trigger refuse on syncs`.execute(db);
    expect(await usersToExpire(db, days(20), 10)).toContain('long');
    await expireUser(db, 'long', days(20), days(40));
    expect(await usersToExpire(db, days(20), 10)).toEqual(['longest']);
    expect(await rowsOf('syncs', 'long')).toBe(0);
  });

  test('a user who has a newer connection keeps everything but the rows of the old one', async () => {
    await connected(db, 'long', { region: 'na' });
    await expireUser(db, 'long', days(20), days(40));
    expect(await usersToExpire(db, days(20), 10)).toEqual(['longest']);
    expect(await rowsOf('syncs', 'long')).toBe(1);
  });
});

describe('an authorization that has begun', () => {
  const begin = (userKey: string, region: 'na' | 'eu') =>
    keepOauthState(
      db,
      { stateHash: `${userKey} ${region}`, nonceHash: 'n', userKey, region, expiresAt: days(1) },
      NOW,
    );
  const counts = (stateHash: string) =>
    db.transaction().execute((trx) => holdOauthState(trx, stateHash));

  beforeEach(async () => {
    await begin('user1', 'na');
    await begin('user1', 'eu');
    await begin('other', 'eu');
  });

  test('does not outlive a purge, though others are connected meanwhile', async () => {
    await connected(db, 'user1', { region: 'na' });
    await disconnectUser(db, { userKey: 'user1', region: 'eu', purge: true }, NOW);
    expect([await counts('user1 na'), await counts('user1 eu')]).toEqual([true, false]);
    await disconnectUser(db, { userKey: 'user1', region: undefined, purge: true }, NOW);
    expect([await counts('user1 na'), await counts('other eu')]).toEqual([false, true]);
  });

  test('outlives a disconnect that deletes nothing', async () => {
    await disconnectUser(db, { ...ALL, userKey: 'user1' }, NOW);
    expect(await counts('user1 na')).toBe(true);
  });
});

test('a count of what is left that takes too long is no number, and fails nothing', async () => {
  const hasty = openDatabase({ ...OPTIONS, url: database.url, statementTimeoutMs: 300 });
  try {
    await db.transaction().execute(async (trx) => {
      await sql`lock table orders, inventory, claims, returns in access exclusive mode`.execute(
        trx,
      );
      expect(await countPurgedRows(hasty, 'user1')).toEqual({
        orders: null,
        inventory: null,
        claims: null,
        returns: null,
      });
    });
  } finally {
    await hasty.destroy();
  }
});

describe('a purge that is asked for again and again', () => {
  const purge = (at: Date) => disconnectUser(db, { ...ALL, userKey: 'again', purge: true }, at);
  const open = () =>
    db
      .selectFrom('disconnections')
      .select('disconnected_at')
      .where('finished_at', 'is', null)
      .execute();

  test('is one thing to do, the latest, and leaves other users their turn', async () => {
    await connected(db, 'again');
    for (let day = 1; day <= 5; day += 1) await purge(days(day));
    expect(await open()).toEqual([{ disconnected_at: days(5) }]);
    expect(await lastPurgeAt(db, 'again')).toEqual(days(5));
    // A process whose clock is behind takes nothing back.
    await purge(days(4));
    expect(await lastPurgeAt(db, 'again')).toEqual(days(5));
    await purge(days(6));
    const told = db.selectFrom('audit_events').select('action').where('user_key', '=', 'again');
    expect((await told.where('action', '=', 'purge').execute()).length).toBe(1);
  });

  test('is not done where it came while the one before was worked off', async () => {
    await purge(days(1));
    const [taken] = await takeOpenDisconnections(db, 1, days(1));
    if (taken === undefined) throw new Error('Nothing is open');
    await purge(days(2));
    await finishDisconnection(db, taken, days(2));
    expect(await open()).toEqual([{ disconnected_at: days(2) }]);
    const [again] = await takeOpenDisconnections(db, 1, days(2));
    if (again === undefined) throw new Error('Nothing is open');
    await finishDisconnection(db, again, days(2));
    expect(await open()).toEqual([]);
  });
});
