import { Migrator } from 'kysely';
import { openDatabase } from './database';
import { firstTables } from './migrations/0001-first-tables';
import { marketplacesApart } from './migrations/0002-marketplaces-apart';
import { quotaDebts } from './migrations/0003-quota-debts';
import { oauthStates } from './migrations/0004-oauth-states';
import { dailySyncs } from './migrations/0005-daily-syncs';
import { webhooks } from './migrations/0006-webhooks';
import { sortedLists } from './migrations/0007-sorted-lists';
import { auditEvents } from './migrations/0008-audit-events';
import { syncPlaces } from './migrations/0009-sync-places';

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
};

/**
 * Brings the schema up to date. Safe to call from many processes at once: the migrator holds an advisory
 * lock, the others wait and then find nothing to do. Throws the first error; what came before it stays.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  // A connection of its own: a migration over many rows may take longer than any statement of the service.
  const db = openDatabase({
    url: databaseUrl,
    maxConnections: 2,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 3_600_000,
    applicationName: 'amazon-sync-migration',
  });
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}
