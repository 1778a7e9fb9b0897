import { sql } from 'kysely';
import { openDatabase } from '../../../store/database';
import { fence, Superseded } from '../../../store/fence';
import { upsertOrders } from '../../../store/orders';
import { findSync, insertSync, keepShown, recordOutcome, takeOver } from '../../../store/syncs';
import { bodyOf, COMPLETE, connected, FAILED, NOW, newSync, order } from './stored-things';
import { OPTIONS, type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

let users = 0;
const newUser = () => `user${++users}`;
const later = (ms: number) => new Date(NOW.getTime() + ms);

async function begun(userKey: string, at = 0) {
  const sync = newSync(userKey, NOW.getTime() + at);
  await insertSync(database.db, sync);
  await takeOver(database.db, sync, later(at));
  return sync;
}

/** A write on behalf of a sync; says whether the fence let it. */
const write = (sync: ReturnType<typeof newSync>) =>
  database.db.transaction().execute((trx) => fence(trx, sync));

/** A transaction that has passed the fence and stays open until it is told to commit. */
async function openWrite(sync: ReturnType<typeof newSync>) {
  let commit: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let entered: () => void = () => undefined;
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const done = database.db.transaction().execute(async (trx) => {
    await fence(trx, sync);
    entered();
    await held;
  });
  await inside;
  return async () => {
    commit();
    await done;
  };
}

/** Resolves once a statement that begins so waits for a lock. */
async function untilBlocked(statement: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { rows } = await sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
        and query ilike ${`${statement}%`}`.execute(database.db);
    if (rows.length > 0) return;
    if (Date.now() > deadline) throw new Error(`No "${statement}" waits for a lock`);
  }
}

test('the current sync writes', async () => {
  await expect(write(await begun(newUser()))).resolves.toBeUndefined();
});

test('a sync that has not taken over writes nothing', async () => {
  const sync = newSync(newUser());
  await insertSync(database.db, sync);
  await expect(write(sync)).rejects.toThrow(Superseded);
});

test('a superseded sync writes nothing, and what its transaction wrote before is undone', async () => {
  const { db } = database;
  const user = newUser();
  const connectionId = await connected(db, user);
  const old = await begun(user);
  await begun(user, 1_000);
  const late = db.transaction().execute(async (trx) => {
    await upsertOrders(trx, connectionId, [order('LATE')]);
    await fence(trx, old);
  });
  await expect(late).rejects.toThrow(Superseded);
  const left = db.selectFrom('orders').selectAll().where('connection_id', '=', connectionId);
  expect(await left.execute()).toEqual([]);
});

test.each([COMPLETE, FAILED])(
  'a sync that has ended as $status writes nothing',
  async (outcome) => {
    const sync = await begun(newUser());
    await recordOutcome(database.db, sync, bodyOf(sync, outcome));
    await expect(write(sync)).rejects.toThrow(Superseded);
  },
);

test('a sync writes nothing in the name of another user', async () => {
  const [one, two] = [await begun(newUser()), await begun(newUser())];
  await expect(write({ ...one, userKey: two.userKey })).rejects.toThrow(Superseded);
});

test('a sync of one user leaves those of others alone', async () => {
  const first = await begun(newUser());
  await begun(newUser(), 5_000);
  await expect(write(first)).resolves.toBeUndefined();
});

describe('of runs that take over, the one that Temporal started last wins', () => {
  test('in whatever order they call', async () => {
    const user = newUser();
    const newer = await begun(user, 1_000);
    const older = newSync(user, NOW.getTime());
    await insertSync(database.db, older);
    await expect(takeOver(database.db, older, later(0))).rejects.toThrow(Superseded);
    await expect(write(newer)).resolves.toBeUndefined();
    await expect(write(older)).rejects.toThrow(Superseded);
  });

  test('also when ten of them call at once', async () => {
    const user = newUser();
    const syncs = Array.from({ length: 10 }, (_, index) => newSync(user, NOW.getTime() + index));
    await Promise.all(syncs.map((sync) => insertSync(database.db, sync)));
    await Promise.allSettled(syncs.map((sync, index) => takeOver(database.db, sync, later(index))));
    const allowed = await Promise.allSettled(syncs.map(write));
    const may = allowed.map(({ status }) => status === 'fulfilled');
    expect(may).toEqual([...Array(9).fill(false), true]);
  });

  test('and one that calls twice keeps its place', async () => {
    const user = newUser();
    const sync = await begun(user);
    await takeOver(database.db, sync, later(0));
    await expect(write(sync)).resolves.toBeUndefined();
  });
});

describe('while a transaction that passed the fence is open', () => {
  test('the outcome waits for its commit', async () => {
    const sync = await begun(newUser());
    const commit = await openWrite(sync);
    let recorded = false;
    const outcome = recordOutcome(database.db, sync, bodyOf(sync, COMPLETE)).then(() => {
      recorded = true;
    });
    await untilBlocked('');
    expect(recorded).toBe(false);
    await commit();
    await outcome;
    expect((await findSync(database.db, sync.userKey, sync.syncId))?.status).toBe('complete');
  });

  test('a newer run waits for its commit', async () => {
    const user = newUser();
    const sync = await begun(user);
    const newer = newSync(user, NOW.getTime() + 1);
    await insertSync(database.db, newer);
    const commit = await openWrite(sync);
    const taken = takeOver(database.db, newer, later(1));
    await untilBlocked('insert into "current_syncs"');
    await commit();
    await taken;
    await expect(write(sync)).rejects.toThrow(Superseded);
  });

  test('other writes of the same sync do not wait', async () => {
    const sync = await begun(newUser());
    const commit = await openWrite(sync);
    await expect(write(sync)).resolves.toBeUndefined();
    await commit();
  });

  test('keeping what a poll has shown does not wait: polls never hang on an import', async () => {
    const { url } = database;
    const impatient = openDatabase({ ...OPTIONS, url, statementTimeoutMs: 1_000 });
    const sync = await begun(newUser());
    const commit = await openWrite(sync);
    const kept = await keepShown(impatient, bodyOf(sync, { progress: 10 })).then(
      () => 'kept',
      (error: unknown) => error,
    );
    await commit();
    await impatient.destroy();
    expect(kept).toBe('kept');
  });

  test('a write that waited while the outcome was recorded is refused', async () => {
    const sync = await begun(newUser());
    const commit = await openWrite(sync);
    const outcome = recordOutcome(database.db, sync, bodyOf(sync, COMPLETE));
    await untilBlocked('');
    const writes = Array.from({ length: 5 }, () => write(sync));
    await commit();
    await outcome;
    await Promise.allSettled(writes);
    await expect(write(sync)).rejects.toThrow(Superseded);
  });
});
