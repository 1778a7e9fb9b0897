import { sql, type Transaction } from 'kysely';
import { fenced, type Run } from '../../../store/fence';
import { upsertOrders } from '../../../store/orders';
import { insertSync, recordOutcome, takeOver } from '../../../store/syncs';
import type { Tables } from '../../../store/tables';
import { countWrites, installWriteLog, writeFaults } from '../../chaos/write-log';
import { bodyOf, COMPLETE, connected, NOW, newSync, order } from '../store/stored-things';
import { type TestDatabase, testDatabase } from '../store/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
  await installWriteLog(database.db);
});
afterEach(() => database.drop());

async function begun(at = 0) {
  const sync = newSync('user1', NOW.getTime() + at);
  await insertSync(database.db, sync);
  await takeOver(database.db, sync, sync.startedAt);
  return sync;
}

/** A write that says for whom it is as the fence does, and asks nobody. */
const writeFor = (run: Run, write: (trx: Transaction<Tables>) => Promise<unknown>) =>
  database.db.transaction().execute(async (trx) => {
    await sql`select set_config('amazon_sync.sync_id', ${run.syncId}, true)`.execute(trx);
    await write(trx);
  });

test('writes behind the fence are noted, and nothing is held against them', async () => {
  const { db } = database;
  const connection = await connected(db, 'user1');
  const sync = await begun();
  await fenced(db, sync, (trx) => upsertOrders(trx, connection, [order('1')]));
  await recordOutcome(db, sync, bodyOf(sync, COMPLETE));
  await recordOutcome(db, sync, bodyOf(sync, COMPLETE));
  expect(await countWrites(db)).toBe(1);
  expect(await writeFaults(db)).toEqual({ superseded: [], recordedTwice: [] });
});

test('a write without a fence, for a sync that is not current, or has ended is found', async () => {
  const { db } = database;
  const connection = await connected(db, 'user1');
  const first = await begun();
  await db.transaction().execute((trx) => upsertOrders(trx, connection, [order('1')]));
  const second = await begun(1_000);
  await writeFor(first, (trx) => upsertOrders(trx, connection, [order('2')]));
  await recordOutcome(db, second, bodyOf(second, COMPLETE));
  await writeFor(second, (trx) => upsertOrders(trx, connection, [order('3')]));
  const { superseded } = await writeFaults(db);
  // An order is written to two tables.
  expect(
    superseded.map((line) => line.replace(/^.+: (orders|order_items) of/, 'of')).filter(unique),
  ).toEqual([
    `of user1 written by nobody, while current was ${first.syncId}, status unknown`,
    `of user1 written by ${first.syncId}, while current was ${second.syncId}, status in_progress`,
    `of user1 written by ${second.syncId}, while current was ${second.syncId}, status complete`,
  ]);
});

test('a write is judged by what is true when it commits', async () => {
  const { db } = database;
  const connection = await connected(db, 'user1');
  const first = await begun();
  await writeFor(first, async (trx) => {
    await upsertOrders(trx, connection, [order('1')]);
    // In a transaction of its own, in between: what the share lock of the fence keeps out.
    await begun(1_000);
  });
  const { superseded } = await writeFaults(db);
  expect(superseded[0]).toContain(`by ${first.syncId}, while current was sync_user1`);
});

test('an end that is recorded again is found', async () => {
  const { db } = database;
  const sync = await begun();
  await recordOutcome(db, sync, bodyOf(sync, COMPLETE));
  await db
    .updateTable('syncs')
    .set({ status: 'failed' })
    .where('sync_id', '=', sync.syncId)
    .execute();
  const { recordedTwice } = await writeFaults(db);
  expect(recordedTwice).toEqual([expect.stringContaining('in_progress to complete')]);
});

const unique = (line: string, index: number, lines: string[]) => lines.indexOf(line) === index;
