import { findSync, insertSync, keepShown, latestSyncs, recordOutcome } from '../../../store/syncs';
import { bodyOf, COMPLETE, FAILED, NOW, newSync } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

let users = 0;
const newUser = () => `user${++users}`;

async function inserted() {
  const sync = newSync(newUser());
  await insertSync(database.db, sync);
  return sync;
}

const COMPLETED = { status: 'complete', completedAt: NOW };

const shown = async (sync: ReturnType<typeof newSync>) =>
  (await findSync(database.db, sync.userKey, sync.syncId))?.body?.progress;

test('a sync that has begun is found at once, without a body', async () => {
  const sync = await inserted();
  expect(await findSync(database.db, sync.userKey, sync.syncId)).toEqual({
    ...sync,
    status: 'in_progress',
    completedAt: null,
    body: null,
  });
});

test('a second insert, from whoever comes later, changes nothing', async () => {
  const sync = await inserted();
  await insertSync(database.db, { ...sync, runId: 'run-2', mode: 'full' });
  expect(await findSync(database.db, sync.userKey, sync.syncId)).toMatchObject({
    runId: 'run-1',
    mode: 'auto',
  });
  await recordOutcome(database.db, sync, bodyOf(sync, COMPLETE));
  await insertSync(database.db, sync);
  expect(await findSync(database.db, sync.userKey, sync.syncId)).toMatchObject(COMPLETED);
});

test('the sync of another user is not found', async () => {
  const sync = await inserted();
  expect(await findSync(database.db, newUser(), sync.syncId)).toBeUndefined();
  expect(await findSync(database.db, sync.userKey, `${sync.syncId}0`)).toBeUndefined();
});

describe('the outcome', () => {
  test('is recorded with its whole status', async () => {
    const sync = await inserted();
    const body = bodyOf(sync, COMPLETE);
    expect((await recordOutcome(database.db, sync, body)).isFirst).toBe(true);
    const found = await findSync(database.db, sync.userKey, sync.syncId);
    expect(found).toMatchObject(COMPLETED);
    expect(found?.body).toEqual(body);
  });

  test('that came first stays', async () => {
    const sync = await inserted();
    expect((await recordOutcome(database.db, sync, bodyOf(sync, FAILED))).isFirst).toBe(true);
    expect((await recordOutcome(database.db, sync, bodyOf(sync, COMPLETE))).isFirst).toBe(false);
    expect((await findSync(database.db, sync.userKey, sync.syncId))?.status).toBe('failed');
  });

  test('is one, of twenty recorded at once', async () => {
    const sync = await inserted();
    const outcomes = Array.from({ length: 20 }, (_, index) => (index % 2 ? COMPLETE : FAILED));
    const recorded = await Promise.all(
      outcomes.map((outcome) => recordOutcome(database.db, sync, bodyOf(sync, outcome))),
    );
    expect(recorded.filter(({ isFirst }) => isFirst)).toHaveLength(1);
    const winner = outcomes[recorded.findIndex(({ isFirst }) => isFirst)];
    const found = await findSync(database.db, sync.userKey, sync.syncId);
    expect(found?.status).toBe(winner?.status);
  });

  test('of a sync that nobody has written down yet makes its row', async () => {
    const sync = newSync(newUser());
    expect((await recordOutcome(database.db, sync, bodyOf(sync, FAILED))).isFirst).toBe(true);
    expect(await findSync(database.db, sync.userKey, sync.syncId)).toMatchObject({
      ...sync,
      status: 'failed',
    });
  });

  test('in the name of another user changes nothing', async () => {
    const sync = await inserted();
    const foreign = { ...sync, userKey: newUser() };
    expect((await recordOutcome(database.db, foreign, bodyOf(sync, COMPLETE))).isFirst).toBe(false);
    expect(await findSync(database.db, sync.userKey, sync.syncId)).toMatchObject({
      status: 'in_progress',
    });
  });
});

describe('what a poll has shown', () => {
  test('is kept, and never lowered', async () => {
    const sync = await inserted();
    const keep = (progress: number) => keepShown(database.db, bodyOf(sync, { progress }));
    await keep(10);
    expect(await shown(sync)).toBe(10);
    await keep(40);
    await keep(20);
    expect(await shown(sync)).toBe(40);
  });

  test('is the highest of many kept at once', async () => {
    const sync = await inserted();
    const values = [5, 90, 30, 60, 10, 80, 20, 70, 40, 50];
    await Promise.all(values.map((progress) => keepShown(database.db, bodyOf(sync, { progress }))));
    expect(await shown(sync)).toBe(90);
  });

  test('does not touch a sync that has ended', async () => {
    const sync = await inserted();
    await recordOutcome(database.db, sync, bodyOf(sync, FAILED));
    await keepShown(database.db, bodyOf(sync, { progress: 99 }));
    const found = await findSync(database.db, sync.userKey, sync.syncId);
    expect(found?.body).toMatchObject(FAILED);
  });
});

test('the newest syncs of a user come first, also when they began in one millisecond', async () => {
  const { db } = database;
  const user = newUser();
  const at = NOW.getTime();
  for (const ms of [at + 2, at, at + 1]) await insertSync(db, newSync(user, ms));
  await insertSync(db, { ...newSync(user, at + 3), startedAt: new Date(at + 2) });
  await insertSync(db, newSync(newUser(), at + 9));
  const newest = await latestSyncs(db, user, 3);
  expect(newest.map(({ syncId }) => syncId)).toEqual(
    [at + 3, at + 2, at + 1].map((ms) => `sync_${user}_${ms}`),
  );
});
