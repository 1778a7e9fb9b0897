import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Database } from '../store/database';

/** All orders of a database as files that PostgreSQL itself can read back: the fastest way into these tables. */
export interface CopyOfOrders {
  /** Into the same tables, empty, with the same indexes, in one transaction. */
  copyIn(): Promise<{ seconds: number; items: number }>;
  stop(): Promise<void>;
}

/** Writes them out and empties the tables. `folder` must be one that the server may write to. */
export async function copyOfOrders(db: Database, folder: string): Promise<CopyOfOrders> {
  const place = join(folder, 'copies');
  await mkdir(place, { recursive: true });
  await chmod(place, 0o777); // for PostgreSQL's user, when we are root
  const fileOf = (table: string) => sql.lit(join(place, table));
  const digest = async () => {
    // Of every column of every row, in whatever order they lie.
    const { rows } = await sql<{ digest: string; items: string }>`
      select (select sum(hashtextextended(o::text, 0)) from orders o)::text || ' ' ||
        (select sum(hashtextextended(i::text, 0)) from order_items i)::text as digest,
        (select count(*) from order_items) as items`.execute(db);
    return rows[0];
  };
  const before = await digest();
  for (const table of TABLES) {
    await sql`copy ${sql.table(table)} to ${fileOf(table)}`.execute(db);
  }
  const truncate = () => sql`truncate orders, order_items`.execute(db);
  // An autovacuum that meets the rows before they are committed notes pages with none in them; for as long as that is
  // what the planner knows, each item looks for its order in the wrong index, and COPY takes minutes.
  const autovacuum = async (setting: string) => {
    for (const table of TABLES) {
      await sql`alter table ${sql.table(table)} set (autovacuum_enabled = ${sql.raw(setting)})`.execute(
        db,
      );
    }
  };
  await autovacuum('off');
  await truncate();
  return {
    async copyIn() {
      const begun = performance.now();
      await db.transaction().execute(async (trx) => {
        for (const table of TABLES) {
          await sql`copy ${sql.table(table)} from ${fileOf(table)}`.execute(trx);
        }
      });
      const seconds = (performance.now() - begun) / 1_000;
      const after = await digest();
      if (after?.digest !== before?.digest) throw new Error('COPY has made other rows');
      return { seconds, items: Number(after?.items) };
    },
    async stop() {
      await truncate();
      await autovacuum('on');
      await rm(place, { recursive: true, force: true });
    },
  };
}

/** Items refer to their orders. */
const TABLES = ['orders', 'order_items'];
