import type { Database } from './database';

/** The connections whose rows a user is shown: every query for rows starts from here. */
export function userConnections(db: Database, userKey: string) {
  return db
    .selectFrom('connections')
    .select('connections.id')
    .where('connections.user_key', '=', userKey)
    .where('connections.status', '<>', 'disconnected');
}
