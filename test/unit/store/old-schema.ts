import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../../store/database';
import { MIGRATIONS } from '../../../store/migrate';
import { runMigrations, withSchemaLock } from '../../../store/run-migrations';
import { NOW, vault } from './stored-things';
import { emptyDatabase, OPTIONS } from './test-database';

export interface OldDatabase {
  url: string;
  db: Database;
  drop(): Promise<void>;
}

/** A database as it was before a migration. */
export async function databaseBefore(migration: keyof typeof MIGRATIONS): Promise<OldDatabase> {
  const { url, drop } = await emptyDatabase();
  const db = openDatabase({ ...OPTIONS, url });
  const before = Object.fromEntries(
    Object.entries(MIGRATIONS).filter(([name]) => name < migration),
  );
  await withSchemaLock(db, (connection) => runMigrations(connection, before));
  return {
    url,
    db,
    async drop() {
      await db.destroy();
      await drop();
    },
  };
}

/** A connection with the columns that it has had from the first. */
export async function connectedOfOld(
  db: Database,
  userKey: string,
  marketplaceIds = ['A1PA6795UKMFR9'],
): Promise<string> {
  const id = randomUUID();
  await sql`insert into connections (id, user_key, seller_id, region, endpoint, marketplace_ids,
      refresh_token, status, created_at, updated_at)
    values (${id}, ${userKey}, 'A1SELLER', 'eu', 'https://sellingpartnerapi-eu.amazon.com',
      ${marketplaceIds}, ${vault.seal(id, 'Atzr|token')}, 'connected', ${NOW}, ${NOW})`.execute(db);
  return id;
}
