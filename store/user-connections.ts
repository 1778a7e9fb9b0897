import type { Database } from './database';

/** The connections whose rows a user is shown: every query for rows starts from here. */
export function userConnections(db: Database, userKey: string) {
  return db
    .selectFrom('connections')
    .select('id')
    .where('user_key', '=', userKey)
    .where('status', '<>', 'disconnected');
}
