import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import type { Database } from '../../../store/database';
import { MIGRATIONS, migrate } from '../../../store/migrate';
import { runMigrations, SchemaInUse, withSchemaLock } from '../../../store/run-migrations';
import { eventually } from '../../eventually';
import { databaseBefore } from './old-schema';
import { NOW } from './stored-things';

let url: string;
let db: Database;
let drop: () => Promise<void>;
let connectionId: string;
/** Somebody else who uses the database, in a transaction that stays open. */
let other: Client;
async function before(migration: keyof typeof MIGRATIONS): Promise<void> {
  ({ url, db, drop } = await databaseBefore(migration));
  connectionId = randomUUID();
  await sql`insert into connections (id, user_key, seller_id, region, endpoint, marketplace_ids,
      refresh_token, status, created_at, updated_at, authorized_at)
    values (${connectionId}, 'user123', 'A1SELLER', 'eu', 'https://sellingpartnerapi-eu.amazon.com',
      '{A1PA6795UKMFR9}', 'sealed', 'connected', ${NOW}, ${NOW}, ${NOW})`.execute(db);
  other = new Client({ connectionString: url });
  await other.connect();
  await other.query('begin');
}
afterEach(async () => {
  await other?.end();
  await drop?.();
});

const insertOrder = (order: string) => `insert into orders
  (connection_id, amazon_order_id, purchase_date, last_updated, status)
  values ('${connectionId}', '${order}', now(), now(), 'SHIPPED')`;

async function orders(): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select amazon_order_id as id from orders order by 1`.execute(db);
  return rows.map(({ id }) => id);
}

/** The process of PostgreSQL in which a migration waits for a lock with a statement that begins so. */
const waiting = (statement: string) =>
  eventually('the migration to wait', async () => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity where datname = current_database()
        and wait_event_type = 'Lock' and query ilike ${`${statement}%`}`.execute(db);
    return rows[0]?.pid;
  });

async function invalidIndexes(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select indexrelid::regclass::text as name from pg_index where not indisvalid`.execute(db);
  return rows.map(({ name }) => name);
}

const INDEX = 'orders_by_update';

async function ordersByIndex(): Promise<number> {
  return db.connection().execute(async (connection) => {
    await sql`set enable_seqscan = off`.execute(connection);
    const { rows } = await sql<{ count: string }>`
      select count(*) from orders where connection_id = ${connectionId}
        and last_updated > ${NOW}`.execute(connection);
    const { rows: plan } = await sql<{ 'QUERY PLAN': string }>`
      explain select from orders where connection_id = ${connectionId}
        and last_updated > ${NOW}`.execute(connection);
    expect(plan.map((line) => line['QUERY PLAN']).join()).toContain(INDEX);
    await sql`reset enable_seqscan`.execute(connection);
    return Number(rows[0]?.count);
  });
}

test('an index is built while others write to its table, and has all of their rows', async () => {
  await before('0007-sorted-lists');
  await db.executeQuery(sql.raw(insertOrder('1')).compile(db));
  await other.query(insertOrder('2'));
  const migrated = migrate(url);
  await waiting('create index concurrently');
  // Would wait behind an index that is built in a transaction, which waits for the other one.
  await db.executeQuery(sql.raw(insertOrder('3')).compile(db));
  expect(await orders()).toEqual(['1', '3']);
  expect(await waiting('create index concurrently')).toEqual(expect.any(Number));
  await other.query('commit');
  expect(await migrated).toEqual(Object.keys(MIGRATIONS).filter((name) => name >= '0007'));
  expect(await orders()).toEqual(['1', '2', '3']);
  expect(await ordersByIndex()).toBe(3);
});

test('an index that a crash has left half built is built anew', async () => {
  await before('0007-sorted-lists');
  await other.query(insertOrder('1'));
  const crashed = migrate(url).then(
    () => 'went on',
    () => 'crashed',
  );
  const pid = await waiting('create index concurrently');
  await sql`select pg_terminate_backend(${pid})`.execute(db);
  expect(await crashed).toBe('crashed');
  expect(await invalidIndexes()).toEqual([INDEX]);
  await other.query('commit');
  expect((await migrate(url))[0]).toBe('0007-sorted-lists');
  expect(await invalidIndexes()).toEqual([]);
  expect(await ordersByIndex()).toBe(1);
});

test('processes that start while an index is built wait for it, and are not in its way', async () => {
  await before('0007-sorted-lists');
  await other.query(insertOrder('1'));
  const first = migrate(url);
  await waiting('create index concurrently');
  const others = Promise.all([migrate(url), migrate(url)]);
  await eventually('the others to have asked', async () => {
    const { rows } = await sql`select from pg_stat_activity where datname = current_database()
      and application_name = 'amazon-sync-migration' and query ilike '%advisory_lock%'`.execute(db);
    return rows.length === 2 || undefined;
  });
  await other.query('commit');
  expect((await first)[0]).toBe('0007-sorted-lists');
  expect(await others).toEqual([[], []]);
});

test('a migration that has to wait for a long transaction lets everybody else go on', async () => {
  await before('0011-authorized-by-default');
  await other.query('select from connections');
  const migrated = migrate(url);
  await waiting('alter table');
  // Queued up behind the migration, which waits for the other one, until that gives up its turn.
  const { rows } = await sql`select from connections`.execute(db);
  expect(rows).toHaveLength(1);
  await other.query('commit');
  expect((await migrated)[0]).toBe('0011-authorized-by-default');
});

test('a migration that cannot have its turn says what to do, and leaves the schema as it was', async () => {
  await before('0011-authorized-by-default');
  await other.query('select from connections');
  const patience = { waitMs: 20, pauseMs: 1, attempts: 3 };
  const refused = withSchemaLock(db, (connection) =>
    runMigrations(connection, MIGRATIONS, patience),
  );
  await expect(refused).rejects.toThrow(SchemaInUse);
  await expect(refused).rejects.toThrow('0011-authorized-by-default waits for a lock');
  await other.query('commit');
  expect((await migrate(url))[0]).toBe('0011-authorized-by-default');
});
