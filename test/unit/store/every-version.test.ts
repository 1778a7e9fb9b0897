import { sql } from 'kysely';
import { cursorsOf } from '../../../store/cursors';
import type { Database } from '../../../store/database';
import { MIGRATIONS, migrate } from '../../../store/migrate';
import { columnsOf, FILLED_AT, fillTables, idOf } from './filled-tables';
import { connectedOfOld, databaseBefore } from './old-schema';
import { testDatabase } from './test-database';

const USER = 'user123';
const NAMES = Object.keys(MIGRATIONS) as (keyof typeof MIGRATIONS)[];

type Row = Record<string, unknown>;

async function rowsOf(db: Database, table: string): Promise<Row[]> {
  const { rows } = await sql<{ row: Row }>`
    select to_jsonb(t) as row from ${sql.table(table)} as t`.execute(db);
  return rows.map(({ row }) => row);
}

// The very first version has no table yet.
test.each(NAMES.slice(1))('rows of before %s mean the same afterwards', async (migration) => {
  const { url, db, drop } = await databaseBefore(migration);
  try {
    const filled = await fillTables(db, USER);
    expect(filled.sort()).toEqual([...(await columnsOf(db)).keys()].sort());
    const before = new Map<string, Row[]>();
    for (const table of filled) before.set(table, await rowsOf(db, table));
    await migrate(url);

    const columns = await columnsOf(db);
    for (const [table, rows] of before) {
      const after = await rowsOf(db, table);
      expect([table, after.length]).toEqual([table, rows.length]);
      // What a migration replaces is looked at below; everything else is as it was.
      for (const [index, row] of rows.entries()) {
        const kept = Object.entries(row).filter(([column]) => columns.get(table)?.has(column));
        expect([table, after[index]]).toEqual([
          table,
          expect.objectContaining(Object.fromEntries(kept)),
        ]);
      }
    }
    const connectionId = idOf(USER, 'connection');
    expect(await cursorsOf(db, connectionId)).toMatchObject([{ watermark: new Date(FILLED_AT) }]);
    const [bucket] = await rowsOf(db, 'quota_buckets');
    expect(bucket).toMatchObject({ slowdown: 1, slowed_until_ms: 0 });
    const [connection] = await rowsOf(db, 'connections');
    expect(connection?.authorized_at).toEqual(connection?.created_at);
    expect(await migrate(url)).toEqual([]);
  } finally {
    await drop();
  }
});

test('a process of the first version still connects sellers beside new ones', async () => {
  const { db, drop } = await testDatabase();
  const id = await connectedOfOld(db, USER);
  expect(await rowsOf(db, 'connections')).toMatchObject([
    { id, authorized_at: expect.stringMatching(/^\d{4}-/) },
  ]);
  await drop();
});
