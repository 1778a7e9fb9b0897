import { type Kysely, type Migration, sql } from 'kysely';

/**
 * What connecting a seller through Amazon's consent page needs: states that are good once, when each connection's
 * marketplaces were learned, and which connection still waits for its first sync.
 */
export const oauthStates: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table oauth_states (
    state_hash text primary key,
    nonce_hash text not null,
    user_key text not null,
    region text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  'create index oauth_states_by_user on oauth_states (user_key, created_at)',
  'create index oauth_states_by_expiry on oauth_states (expires_at)',

  // Null until Amazon was asked: connections of before have marketplaces that nobody asked it for.
  'alter table connections add column marketplaces_learned_at timestamptz',
  // When the seller last gave the authorization; for connections of before the best that is known.
  'alter table connections add column authorized_at timestamptz',
  'update connections set authorized_at = created_at',
  'alter table connections alter column authorized_at set not null',
  // Set where a seller has connected and no sync that covers the connection has begun since.
  'alter table connections add column first_sync_owed_at timestamptz',
  `create index connections_owed on connections (first_sync_owed_at)
    where first_sync_owed_at is not null`,
];
