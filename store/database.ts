import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import { DatabaseError, Pool, type PoolClient } from 'pg';
import type { Tables } from './tables';

export type Database = Kysely<Tables>;

export interface DatabaseOptions {
  url: string;
  /** Upper bound of connections this process holds. */
  maxConnections: number;
  /** How long a caller waits for a connection, ms. */
  connectTimeoutMs: number;
  /** How long one statement may run, ms; enforced here too, for a server that no longer answers at all. */
  statementTimeoutMs: number;
  applicationName: string;
}

/** PostgreSQL cannot be reached, is starting or stopping, or has no room. Trying again later may help. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  /** Whether it answers, and has no room left on its disk. */
  readonly isFull: boolean;

  constructor(cause: unknown) {
    super('The database is out of reach', { cause });
    this.isFull = cause instanceof DatabaseError && cause.code === DISK_FULL;
  }
}

/** SQLSTATE `disk_full`. */
const DISK_FULL = '53100';

/** The database as whoever the URL names: what its role may see, nothing of any user set. */
export function openDatabase(options: DatabaseOptions): Database {
  return overPool(openPool(options));
}

/** Opens a bounded pool. Connections are made on demand, so this succeeds while PostgreSQL is away. */
export function openPool(options: DatabaseOptions): Pool {
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.statementTimeoutMs + 500,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: options.applicationName,
    // What a connection is told first goes out with the statement behind it, in one round trip.
    pipeline: true,
  });
  // An idle connection that breaks is taken out of the pool; without a listener it would end the process.
  pool.on('error', () => {});
  return pool;
}

/**
 * What a connection of the pool is told before anything else each time somebody gets it; undefined where there is
 * nothing to tell. The first statement is sent right behind it, and fails where it does.
 */
export type Prepare = (client: PoolClient) => Promise<unknown> | undefined;

/** Queries over a pool that may be shared; destroying the result ends the pool. */
export function overPool(pool: Pool, prepare?: Prepare): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guarded(pool, prepare) }) });
}

/**
 * Tells "out of reach" from every other error where the driver raises it, by SQLSTATE class and not by text,
 * and never gives a connection back to the pool whose last answer is still owed.
 */
function guarded(pool: Pool, prepare?: Prepare): PostgresPool {
  return {
    async connect(): Promise<PostgresPoolClient> {
      const client = await pool.connect().catch((error: unknown) => {
        throw translated(error);
      });
      return new GuardedClient(client, prepare?.(client));
    },
    end: () => pool.end(),
  };
}

/** A connection while somebody has it. */
class GuardedClient implements PostgresPoolClient {
  readonly #client: PostgresPoolClient;
  readonly #release: (destroy: boolean) => void;
  readonly #prepared: Promise<unknown> | undefined;
  #broken = false;

  constructor(client: PoolClient, prepared: Promise<unknown> | undefined) {
    this.#client = client;
    this.#prepared = prepared;
    // What it was not told, the statement behind it does not know either: it runs for the user of before, whose rows
    // are not those it names, and is told as failed. Nobody gets the connection after it.
    prepared?.catch(() => {
      this.#broken = true;
    });
    // The pool listens only while a connection is idle. One that breaks between two statements says so with an
    // event, which without a listener ends the process; the next statement fails on it anyway.
    const ignore = () => {
      this.#broken = true;
    };
    client.on('error', ignore);
    this.#release = (destroy) => {
      client.off('error', ignore);
      client.release(destroy);
    };
  }

  query<R>(sql: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    query: string | PostgresCursor<R>,
    parameters: ReadonlyArray<unknown> = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof query !== 'string') return this.#client.query(query);
    const answer = this.#client.query<R>(query, parameters);
    return this.#afterwards(answer).catch((error: unknown) => {
      const known = translated(error);
      this.#broken ||= known instanceof DatabaseUnavailable;
      throw known;
    });
  }

  release(): void {
    this.#release(this.#broken);
  }

  /** An answer counts only where the connection was prepared before it. */
  async #afterwards<Answer>(answer: Promise<Answer>): Promise<Answer> {
    if (this.#prepared === undefined) return answer;
    const [, found] = await Promise.all([this.#prepared, answer]);
    return found;
  }
}

/**
 * Connection exceptions (08), a server that is a read-only standby after a failover (25006), no resources (53),
 * the operator or a time limit intervened (57), a disk or file fault (58).
 */
const UNAVAILABLE = /^(08|25006|53|57|58)/;

function translated(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return new DatabaseUnavailable(error);
  return UNAVAILABLE.test(error.code ?? '') ? new DatabaseUnavailable(error) : error;
}
