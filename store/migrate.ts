import { sql } from 'kysely';
import { type Database, openDatabase } from './database';
import { type Granted, grantRoles } from './grant-roles';
import { firstTables } from './migrations/0001-first-tables';
import { marketplacesApart } from './migrations/0002-marketplaces-apart';
import { quotaDebts } from './migrations/0003-quota-debts';
import { oauthStates } from './migrations/0004-oauth-states';
import { dailySyncs } from './migrations/0005-daily-syncs';
import { webhooks } from './migrations/0006-webhooks';
import { sortedLists } from './migrations/0007-sorted-lists';
import { auditEvents } from './migrations/0008-audit-events';
import { syncPlaces } from './migrations/0009-sync-places';
import { rowSecurity } from './migrations/0010-row-security';
import { authorizedByDefault } from './migrations/0011-authorized-by-default';
import { guardedPlaces } from './migrations/0013-guarded-places';
import { keepSync } from './migrations/0014-keep-sync';
import { quickStarts } from './migrations/0015-quick-starts';
import { returns } from './migrations/0016-returns';
import { requireOwnSessions } from './own-sessions';
import { isHeldAs, type ServiceProcess } from './process-role';
import { runMigrations, waitingShortly, withSchemaLock } from './run-migrations';

/** All migrations, forward only. A name never changes once it has been applied anywhere. */
export const MIGRATIONS = {
  '0001-first-tables': firstTables,
  '0002-marketplaces-apart': marketplacesApart,
  '0003-quota-debts': quotaDebts,
  '0004-oauth-states': oauthStates,
  '0005-daily-syncs': dailySyncs,
  '0006-webhooks': webhooks,
  '0007-sorted-lists': sortedLists,
  '0008-audit-events': auditEvents,
  '0009-sync-places': syncPlaces,
  '0010-row-security': rowSecurity,
  '0011-authorized-by-default': authorizedByDefault,
  '0013-guarded-places': guardedPlaces,
  '0014-keep-sync': keepSync,
  '0015-quick-starts': quickStarts,
  '0016-returns': returns,
};

export interface Migrated {
  /** The names of the migrations that were missing. */
  applied: string[];
  roles: Granted;
}

/**
 * Brings the schema up to date, and gives the roles of the processes their rights. Needs the owner of the database.
 * Safe to call from many processes at once: one works, the others wait and then find nothing to do. Throws the first
 * error; what came before it stays.
 */
export async function migrateWithRoles(databaseUrl: string): Promise<Migrated> {
  return withMigrationDatabase(databaseUrl, (db) =>
    withSchemaLock(db, async (connection) => {
      const applied = await runMigrations(connection, MIGRATIONS);
      const grant = () => grantRoles(connection);
      return { applied, roles: await waitingShortly(connection, 'The rights of roles', grant) };
    }),
  );
}

/** {@link migrateWithRoles}; returns the names of the migrations that were missing. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  return (await migrateWithRoles(databaseUrl)).applied;
}

/** The schema is older than this version, and whoever starts may not change it. */
export class SchemaBehind extends Error {
  override readonly name = 'SchemaBehind';

  constructor(missing: readonly string[]) {
    super(
      `The database lacks ${missing.join(', ')}. Run "node dist/worker/migrate.js" with the DATABASE_URL of its owner, then start again.`,
    );
  }
}

/**
 * Makes sure that a process finds the schema it needs. The owner of the database brings it up to date; a role that is
 * not only looks, and throws {@link SchemaBehind} where something is missing. Newer than needed is fine. Returns
 * whether row-level security holds the role; throws {@link import('./process-role').WrongRole} for that of another
 * process, and {@link import('./own-sessions').SharedSessions} where it could not be relied on.
 */
export async function prepareSchema(
  databaseUrl: string,
  process: ServiceProcess,
): Promise<{ isHeld: boolean }> {
  const isOwner = await withMigrationDatabase(databaseUrl, async (db) => {
    const { rows } = await sql<{ owner: boolean }>`
      select has_schema_privilege('public', 'create') as owner`.execute(db);
    return rows[0]?.owner === true;
  });
  if (isOwner) await migrate(databaseUrl);
  const isHeld = await withMigrationDatabase(databaseUrl, async (db) => {
    const { rows: known } = await sql<{ known: boolean }>`
      select to_regclass('public.kysely_migration') is not null as known`.execute(db);
    const applied =
      known[0]?.known === true
        ? await sql<{ name: string }>`select name from public.kysely_migration`.execute(db)
        : { rows: [] };
    const names = new Set(applied.rows.map(({ name }) => name));
    const missing = Object.keys(MIGRATIONS).filter((name) => !names.has(name));
    if (missing.length > 0) throw new SchemaBehind(missing);
    return isHeldAs(db, process);
  });
  if (isHeld) await requireOwnSessions(databaseUrl);
  return { isHeld };
}

/** A pool of its own: a migration over many rows may take longer than any statement of the service. */
async function withMigrationDatabase<Result>(
  url: string,
  use: (db: Database) => Promise<Result>,
): Promise<Result> {
  const db = openDatabase({
    url,
    maxConnections: 2,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 3_600_000,
    applicationName: 'amazon-sync-migration',
  });
  try {
    return await use(db);
  } finally {
    await db.destroy();
  }
}
