import { randomUUID } from 'node:crypto';
import { createOwnDatabase, type OwnDatabase, runOn } from '../../../dev/own-database';
import { urlFor } from '../../../dev/service-roles';
import { type Database, type DatabaseOptions, openDatabase } from '../../../store/database';
import { migrate } from '../../../store/migrate';
import { openScopedDatabase, type ScopedDatabase } from '../../../store/scoped-database';

export interface TestDatabase {
  url: string;
  db: Database;
  /** The same as a process of the service has it, behind row-level security. */
  scoped: Record<'api' | 'worker', ScopedDatabase>;
  /** Runs a statement as somebody else than the service. */
  admin(sql: string, values?: unknown[]): Promise<void>;
  drop(): Promise<void>;
}

/** An empty database of the test server. */
export function emptyDatabase(): Promise<OwnDatabase> {
  return createOwnDatabase(serverUrl(), `test_${randomUUID().replaceAll('-', '')}`);
}

/** A database with the schema of the service, of a test file's own. */
export async function testDatabase(options: Partial<DatabaseOptions> = {}): Promise<TestDatabase> {
  const { url, drop } = await emptyDatabase();
  await migrate(url);
  const db = openDatabase({ ...OPTIONS, url, ...options });
  const as = (process: 'api' | 'worker') =>
    openScopedDatabase({ ...OPTIONS, url: urlFor(process, url), ...options });
  const scoped = { api: as('api'), worker: as('worker') };
  return {
    url,
    db,
    scoped,
    admin: (sql, values) => runOn(serverUrl(), sql, values),
    async drop() {
      await Promise.all([db, scoped.api, scoped.worker].map((one) => one.destroy()));
      await drop();
    },
  };
}

export const OPTIONS = {
  maxConnections: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 20_000,
  applicationName: 'amazon-sync-test',
};

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined) throw new Error('The global set-up has started no PostgreSQL');
  return url;
}
