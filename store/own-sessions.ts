import { sql } from 'kysely';
import { type Database, openDatabase } from './database';

/** Between this process and PostgreSQL somebody hands sessions around, and with them what is set for one user. */
export class SharedSessions extends Error {
  override readonly name = 'SharedSessions';

  constructor() {
    super(
      'DATABASE_URL leads through a pooler that shares sessions of PostgreSQL. Row-level security needs one for each connection: have it pool by session (PgBouncer: pool_mode = session), or connect to PostgreSQL itself.',
    );
  }
}

/** A pooler by transaction gives one that is idle to whoever comes, mostly the one that was used last. */
const ROUNDS = 5;

/**
 * Makes sure that each connection is a session of its own for as long as it lasts. The user of row-level security is a
 * setting of the session: in one that is shared, one user's queries would find what is another's, and so nothing.
 * Throws {@link SharedSessions}.
 */
export async function requireOwnSessions(databaseUrl: string): Promise<void> {
  const db = openDatabase({
    url: databaseUrl,
    maxConnections: 2,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 5_000,
    applicationName: 'amazon-sync-sessions',
  });
  const one = new Set<number>();
  const other = new Set<number>();
  try {
    await db.connection().execute((first) =>
      db.connection().execute(async (second) => {
        for (let round = 0; round < ROUNDS; round += 1) {
          one.add(await sessionOf(first));
          other.add(await sessionOf(second));
        }
      }),
    );
  } finally {
    await db.destroy();
  }
  if (one.size > 1 || other.size > 1 || new Set([...one, ...other]).size < 2) {
    throw new SharedSessions();
  }
}

async function sessionOf(db: Database): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('pg_backend_pid answered nothing');
  return row.pid;
}
