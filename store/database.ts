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
  });
  // An idle connection that breaks is taken out of the pool; without a listener it would end the process.
  pool.on('error', () => {});
  return pool;
}

/** What is done with a connection of the pool each time before anybody gets it. */
export type Prepare = (client: PoolClient, guarded: PostgresPoolClient) => Promise<void>;

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
      const guardedClient = new GuardedClient(client);
      try {
        await prepare?.(client, guardedClient);
      } catch (error) {
        guardedClient.discard();
        throw error;
      }
      return guardedClient;
    },
    end: () => pool.end(),
  };
}

/** A connection while somebody has it. */
class GuardedClient implements PostgresPoolClient {
  readonly #client: PostgresPoolClient;
  readonly #release: (destroy: boolean) => void;
  #broken = false;

  constructor(client: PoolClient) {
    this.#client = client;
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
    return this.#client.query<R>(query, parameters).catch((error: unknown) => {
      const known = translated(error);
      this.#broken ||= known instanceof DatabaseUnavailable;
      throw known;
    });
  }

  release(): void {
    this.#release(this.#broken);
  }

  /** Ends the connection: nobody knows what state it is in. */
  discard(): void {
    this.#release(true);
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
