import { sql } from 'kysely';
import { urlFor } from '../../../dev/service-roles';
import { type Database, openDatabase } from '../../../store/database';
import { prepareSchema } from '../../../store/migrate';
import { openScopedDatabase, type ScopedDatabase } from '../../../store/scoped-database';
import { startTransactionPooler } from '../../transaction-pooler';
import { columnsOf, fillTables } from './filled-tables';
import { emptyDatabase, OPTIONS, type TestDatabase, testDatabase } from './test-database';

const OWNER = 'user123';
const STRANGER = 'user456';

let database: TestDatabase;
let columns: Map<string, Set<string>>;
let tables: string[];
beforeAll(async () => {
  database = await testDatabase();
  await fillTables(database.db, OWNER);
  columns = await columnsOf(database.db);
  tables = [...columns.keys()].sort();
});
afterAll(() => database?.drop());

/** Every row of every table, as text. */
async function everything(db: Database): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const table of tables) {
    const { rows } = await sql<{ row: string }>`
      select t::text as row from ${sql.table(table)} as t order by 1`.execute(db);
    found[table] = rows.map(({ row }) => row);
  }
  return found;
}

const NO_PRIVILEGE = '42501';

/** How many rows a statement met; none where the role may not even try. */
async function rowsOf(db: Database, statement: string): Promise<number> {
  try {
    const { rows, numAffectedRows } = await sql.raw(statement).execute(db);
    return Number(numAffectedRows ?? rows.length);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NO_PRIVILEGE) return 0;
    throw error;
  }
}

const OTHERS: [string, (scoped: ScopedDatabase) => Database][] = [
  ['another user', (scoped) => scoped.ofUser(STRANGER)],
  ['a key that is like another', (scoped) => scoped.ofUser(`${OWNER}%`)],
];

describe.each(['api', 'worker'] as const)('the role of the %s', (process) => {
  test('is subject to row-level security on every table, and every table has rows here', async () => {
    const { rows } = await sql<{ table: string; held: boolean; bypasses: boolean }>`
      select relname as table, row_security_active(c.oid) as held,
        (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as bypasses
      from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and relname not like 'kysely%' order by 1`.execute(database.scoped[process].ofUser(OWNER));
    expect(rows).toEqual(tables.map((table) => ({ table, held: true, bypasses: false })));
    const all = await everything(database.db);
    expect(Object.entries(all).filter(([, found]) => found.length === 0)).toEqual([]);
  });

  test.each(OTHERS)('as %s sees and changes nothing, table by table', async (_, as) => {
    const before = await everything(database.db);
    const db = as(database.scoped[process]);
    for (const table of tables) {
      const [column] = [...(columns.get(table) ?? [])].filter((name) => name !== 'id');
      const met = [
        await rowsOf(db, `select from ${table}`),
        await rowsOf(db, `update ${table} set ${column} = ${column}`),
        await rowsOf(db, `delete from ${table}`),
      ];
      expect([table, ...met]).toEqual([table, 0, 0, 0]);
    }
    expect(await everything(database.db)).toEqual(before);
  });

  test('sees nothing where it has not said for whom', async () => {
    const db = openDatabase({ ...OPTIONS, url: urlFor(process, database.url) });
    for (const table of tables) {
      expect([table, await rowsOf(db, `select from ${table}`)]).toEqual([table, 0]);
    }
    await db.destroy();
  });

  test('cannot write a row for another user', async () => {
    const db = database.scoped[process].ofUser(STRANGER);
    for (const table of tables) {
      const { rows } = await sql<{ row: string }>`
        select to_jsonb(t)::text as row from ${sql.table(table)} as t limit 1`.execute(database.db);
      const insert = sql`insert into ${sql.table(table)} overriding system value
        select * from jsonb_populate_record(null::${sql.table(table)}, ${rows[0]?.row}::jsonb)`;
      await expect(insert.execute(db)).rejects.toMatchObject({ code: NO_PRIVILEGE });
    }
  });

  test('does its work for the user that it names', async () => {
    const db = database.scoped[process].ofUser(OWNER);
    for (const table of ['connections', 'orders', 'claims', 'webhook_deliveries']) {
      expect([table, await rowsOf(db, `select from ${table}`)]).toEqual([table, 1]);
    }
  });
});

test('maintenance sees the queues of all users, and nobody’s orders, inventory or claims', async () => {
  const { api, worker } = database.scoped;
  const seen = async (scoped: ScopedDatabase) => {
    const found = tables.map(async (table) => {
      const rows = await rowsOf(scoped.ofMaintenance(), `select from ${table}`);
      return rows === 0 ? [] : [table];
    });
    return (await Promise.all(found)).flat();
  };
  expect(await seen(worker)).toEqual([
    'audit_events',
    'connections',
    'disconnections',
    'oauth_states',
    'sync_schedules',
    'syncs',
    'webhook_deliveries',
    'webhooks',
  ]);
  // What faces the internet has no such way, whatever it says.
  expect(await seen(api)).toEqual([]);
});

test('a connection that another user had last is that user’s no more', async () => {
  const one = openScopedDatabase({
    ...OPTIONS,
    maxConnections: 1,
    url: urlFor('api', database.url),
  });
  const count = (userKey: string) => rowsOf(one.ofUser(userKey), 'select from orders');
  for (let turn = 0; turn < 3; turn += 1) {
    expect([await count(OWNER), await count(STRANGER)]).toEqual([1, 0]);
  }
  // A transaction that is undone undoes nothing of it.
  const undone = one.ofUser(STRANGER).transaction();
  await expect(undone.execute(() => Promise.reject(new Error('undone')))).rejects.toThrow('undone');
  expect([await count(STRANGER), await count(OWNER)]).toEqual([0, 1]);
  await one.destroy();
  expect(() => one.ofUser('*')).toThrow();
  expect(() => one.ofUser('')).toThrow();
});

test('the owner of the tables is told from the roles that the wall holds', async () => {
  for (const process of ['api', 'worker'] as const) {
    expect(await prepareSchema(database.url, process)).toEqual({ isHeld: false });
    expect(await prepareSchema(urlFor(process, database.url), process)).toEqual({ isHeld: true });
  }
});

test.each([
  ['api', 'worker'],
  ['worker', 'api'],
] as const)('the %s does not start as the %s', async (process, other) => {
  await expect(prepareSchema(urlFor(other, database.url), process)).rejects.toThrow(
    `It must be amazon_sync_${process}, a role in it, or the owner of the tables.`,
  );
});

test.each(['api', 'worker'] as const)(
  'the %s does not start behind a pooler that shares sessions',
  async (process) => {
    const url = new URL(urlFor(process, database.url));
    const pooler = await startTransactionPooler(Number(url.port));
    url.port = String(pooler.port);
    try {
      await expect(prepareSchema(url.href, process)).rejects.toThrow(/pooler that shares sessions/);
    } finally {
      await pooler.close();
    }
  },
);

test('a role that may not migrate says what is missing, and what to do', async () => {
  const { url, drop } = await emptyDatabase();
  await expect(prepareSchema(urlFor('worker', url), 'worker')).rejects.toThrow(
    /lacks 0001-first-tables, .* Run "node dist\/worker\/migrate.js"/,
  );
  await drop();
});
