import { setTimeout } from 'node:timers/promises';
import { Migrator, sql } from 'kysely';
import { DatabaseError } from 'pg';
import type { SchemaChange } from './concurrent-indexes';
import type { Database } from './database';

/** How long a change of the schema waits for those who use it. */
export interface LockPatience {
  /** How long one attempt waits for a lock, ms. Whoever comes after it to the same table waits behind it. */
  waitMs: number;
  /** Between two attempts everybody else goes on, ms. */
  pauseMs: number;
  attempts: number;
}

/**
 * The API gives a statement 1.5 s: one that has to wait behind us for a second still has half of one. A hundred
 * attempts are five minutes, longer than any statement of the service; what blocks for longer is for an operator.
 */
const PATIENCE: LockPatience = { waitMs: 1_000, pauseMs: 2_000, attempts: 100 };

/** SQLSTATE `lock_not_available`. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Others have used a table without a break, so that the schema could not be changed. What came before it stays. */
export class SchemaInUse extends Error {
  override readonly name = 'SchemaInUse';

  constructor(step: string, cause: unknown) {
    super(
      `${step} waits for a lock that others hold. Look in pg_stat_activity for a long transaction, end it, and run the migration again.`,
      { cause },
    );
  }
}

/**
 * Works on the schema on one connection, alone among all processes that ask for it this way; the others wait.
 *
 * They ask again and again: whoever waits inside a statement has a snapshot, for which `create index concurrently`
 * would wait in its turn. The lock is the connection's, so it outlives a process that dies for as long as PostgreSQL
 * goes on with its statement.
 */
export function withSchemaLock<Result>(
  db: Database,
  work: (connection: Database) => Promise<Result>,
): Promise<Result> {
  return db.connection().execute(async (connection) => {
    while (!(await tryLock(connection))) await setTimeout(200);
    try {
      return await work(connection);
    } finally {
      await sql`select pg_advisory_unlock(${LOCK}), set_config('lock_timeout', '0', false)`.execute(
        connection,
      );
    }
  });
}

const LOCK = sql`hashtextextended('amazon_sync schema', 0)`;

async function tryLock(connection: Database): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_lock(${LOCK}) as locked`.execute(connection);
  return rows[0]?.locked === true;
}

/**
 * Applies what is missing, in order, each migration in a transaction of its own; returns the names. Needs
 * {@link withSchemaLock}. Throws the first error, {@link SchemaInUse} among others; what came before it stays.
 */
export async function runMigrations(
  connection: Database,
  migrations: Readonly<Record<string, SchemaChange>>,
  patience: LockPatience = PATIENCE,
): Promise<string[]> {
  const provider = { getMigrations: async () => ({ ...migrations }) };
  const known = await new Migrator({ db: connection, provider }).getMigrations();
  const missing = known.filter(({ executedAt }) => executedAt === undefined);
  for (const { name } of missing) {
    // It holds nobody up, so it may wait for as long as its statement may take.
    const isConcurrent = migrations[name]?.isConcurrent === true;
    const migrator = new Migrator({ db: connection, provider, disableTransactions: isConcurrent });
    await waitingShortly(
      connection,
      name,
      async () => {
        const { error } = await migrator.migrateTo(name);
        if (error !== undefined) throw error;
      },
      isConcurrent ? { ...patience, waitMs: 0 } : patience,
    );
  }
  return missing.map(({ name }) => name);
}

/**
 * Does what needs locks that the service's statements wait for. A lock that somebody holds for long is let go of soon
 * and asked for again: else everybody would queue up behind us. `waitMs: 0` waits without a limit.
 */
export async function waitingShortly<Result>(
  connection: Database,
  step: string,
  work: () => Promise<Result>,
  { waitMs, pauseMs, attempts }: LockPatience = PATIENCE,
): Promise<Result> {
  await sql`select set_config('lock_timeout', ${String(waitMs)}, false)`.execute(connection);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
      if (attempt >= attempts) throw new SchemaInUse(step, error);
      await setTimeout(pauseMs);
    }
  }
}
