import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { disconnectUser } from '../../../store/disconnect-user';
import { fenced } from '../../../store/fence';
import { upsertOrders } from '../../../store/orders';
import { deletePurgedRows } from '../../../store/purged-rows';
import { insertSync, takeOver } from '../../../store/syncs';
import { insertWebhook } from '../../../store/webhooks';
import { purgedConnections, rowsOf, syncsBeforePurge } from '../../chaos/left-behind';
import { connected, NOW, newSync, order, vault } from '../store/stored-things';
import { type TestDatabase, testDatabase } from '../store/test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** A user with rows, a webhook and a sync that runs. */
async function syncing(userKey: string) {
  const { db } = database;
  const connection = await connected(db, userKey);
  const sync = newSync(userKey);
  await insertSync(db, sync);
  await takeOver(db, sync, sync.startedAt);
  await fenced(db, sync, (trx) => upsertOrders(trx, connection, [order('1')]));
  const webhook = { id: randomUUID(), userKey, url: 'https://example.com/', createdAt: NOW };
  await insertWebhook(db, vault, { ...webhook, secret: 'whsec_c2VjcmV0' }, 10);
  return sync;
}

test('every row of a user is found, by table, until a purge has deleted them', async () => {
  const { db } = database;
  await syncing('leaver');
  await syncing('stayer');
  const everything = [
    '1 of connections',
    '1 of current_syncs',
    '1 of order_items',
    '1 of orders',
    '1 of syncs',
    '1 of webhooks',
  ];
  expect(await rowsOf(db, 'leaver')).toEqual(everything);
  await disconnectUser(db, { userKey: 'leaver', region: undefined, purge: true }, NOW);
  expect(await purgedConnections(db)).toEqual([expect.stringContaining(' of leaver')]);
  expect(await rowsOf(db, 'leaver')).toEqual(
    expect.arrayContaining(['1 of connections', '1 of order_items', '1 of orders']),
  );
  const options = { userKey: 'leaver', batch: 100, hasTime: () => true, now: () => NOW };
  await deletePurgedRows(db, options);
  await sql`delete from sync_schedules where user_key = 'leaver'`.execute(db);
  expect(await rowsOf(db, 'leaver')).toEqual([]);
  expect(await purgedConnections(db)).toEqual([]);
  expect(await rowsOf(db, 'stayer')).toEqual(everything);
});

test('a sync from before a purge that is there after it is found', async () => {
  const { db } = database;
  const sync = await syncing('purged');
  await disconnectUser(db, { userKey: 'purged', region: undefined, purge: true }, NOW);
  await expect(insertSync(db, sync)).rejects.toThrow('not the current sync');
  expect(await syncsBeforePurge(db)).toEqual([]);
  await sql`insert into syncs (sync_id, user_key, run_id, mode, trigger, status, started_at)
    values (${sync.syncId}, 'purged', 'run-1', 'auto', 'manual', 'in_progress', ${NOW})`.execute(
    db,
  );
  expect(await syncsBeforePurge(db)).toEqual([expect.stringContaining(sync.syncId)]);
});
