import { disconnect, requireReauthorization } from '../../../store/connections';
import type { Database } from '../../../store/database';
import { firstSyncBegan, oweFirstSync, usersOwedASync } from '../../../store/owed-syncs';
import { connected, NOW } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await testDatabase();
  db = database.db;
});
afterEach(() => database.drop());

const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const owe = (connectionId: string, now: Date) =>
  db.transaction().execute((trx) => oweFirstSync(trx, connectionId, now));

test('whoever has waited longest comes first, each user once, and nobody too soon', async () => {
  await owe(await connected(db, 'later'), at(5));
  await owe(await connected(db, 'first', { region: 'na' }), at(1));
  await owe(await connected(db, 'first', { region: 'eu' }), at(9));
  await connected(db, 'nothing owed');
  expect(await usersOwedASync(db, at(60), 10)).toEqual(['first', 'later']);
  expect(await usersOwedASync(db, at(60), 1)).toEqual(['first']);
  expect(await usersOwedASync(db, at(5), 10)).toEqual(['first']);
});

test('a sync pays for the connections that it covers', async () => {
  const first = await connected(db, 'user1', { region: 'na' });
  const second = await connected(db, 'user1', { region: 'eu' });
  await owe(first, at(1));
  await owe(second, at(9));
  await firstSyncBegan(db, []);
  await firstSyncBegan(db, [first]);
  expect(await usersOwedASync(db, at(60), 10)).toEqual(['user1']);
  await firstSyncBegan(db, [first, second]);
  expect(await usersOwedASync(db, at(60), 10)).toEqual([]);
});

test('nothing is owed for a connection that was ended or withdrawn', async () => {
  const ended = await connected(db, 'ended');
  await owe(ended, at(1));
  await disconnect(db, ended, at(2));
  const withdrawn = await connected(db, 'withdrawn');
  await owe(withdrawn, at(1));
  await requireReauthorization(db, withdrawn, NOW, at(2));
  expect(await usersOwedASync(db, at(60), 10)).toEqual([]);
});
