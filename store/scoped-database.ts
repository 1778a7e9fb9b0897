import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import { type Database, type DatabaseOptions, openPool, overPool } from './database';

/**
 * The database behind its second wall: row-level security lets each statement see and change what is of one user
 * only, whatever the statement asks for. So there is no querying without having said for whom.
 */
export interface ScopedDatabase {
  /** For what is done for one user: theirs alone is there. */
  ofUser(userKey: string): Database;
  /**
   * For what is done for all users: the queues that maintenance works off, and the secrets that a new key seals. Only
   * the worker's role has it, and nobody's orders, inventory, claims or returns are there.
   */
  ofMaintenance(): Database;
  /** Connections that are open, those of them that nobody uses, and callers that wait for one. */
  pool(): { total: number; idle: number; waiting: number };
  /** Throws where PostgreSQL does not answer. */
  ping(): Promise<void>;
  destroy(): Promise<void>;
}

/** No user's key: a key is letters, digits, `-` and `_`. */
const MAINTENANCE = '*';

/** For the session, and before any transaction: what is rolled back later takes nothing of it away. */
const SET_SCOPE = `select set_config('amazon_sync.user_key', $1, false)`;

/**
 * Opens a pool whose connections say for whom before anything else. That is a setting of PostgreSQL's session, sent in
 * one go with the first statement or the begin of a transaction that gets another user's connection; nothing where it is
 * the same user's. It needs a session of its own: a pooler between that shares sessions by transaction would mix users up:
 * {@link import('./own-sessions').requireOwnSessions} sees to it.
 */
export function openScopedDatabase(options: DatabaseOptions): ScopedDatabase {
  const pool = openPool(options);
  const scopes = new WeakMap<PoolClient, string>();
  const scoped = (scope: string) =>
    overPool(pool, (client) => {
      if (scopes.get(client) === scope) return undefined;
      scopes.delete(client);
      return client.query(SET_SCOPE, [scope]).then(() => scopes.set(client, scope));
    });
  return {
    ofUser(userKey) {
      if (userKey === '' || userKey === MAINTENANCE) throw new Error('This is no user');
      return scoped(userKey);
    },
    ofMaintenance: () => scoped(MAINTENANCE),
    pool: () => ({
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    async ping() {
      await sql`select 1`.execute(scoped(''));
    },
    destroy: () => pool.end(),
  };
}
