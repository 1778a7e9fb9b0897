import { type Kysely, type Migration, sql } from 'kysely';

/**
 * Row-level security: whoever is not the owner of the tables sees and changes what is of the user that
 * `amazon_sync.user_key` names, and nothing where it names none. Nothing changes for the owner, so processes of before
 * go on beside new ones.
 *
 * The setting is read once a statement (`select` makes it an InitPlan), and the ids of the user's connections too: an
 * array, so that the planner compares by the indexes of the rows, which all begin with the connection.
 */
export const rowSecurity: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const USER = `(select current_setting('amazon_sync.user_key', true))`;

const OF_USER = [
  'connections',
  'oauth_states',
  'syncs',
  'current_syncs',
  'sync_schedules',
  'sync_places',
  'disconnections',
  'webhooks',
  'audit_events',
];

const OF_CONNECTION = [
  'cursors',
  'orders',
  'order_items',
  'inventory',
  'claims',
  'report_requests',
  'quota_buckets',
];

const owned = (parent: string, column: string) =>
  `${column} = any (array(select id from ${parent} where user_key = ${USER}))`;

const POLICIES = [
  ...OF_USER.map((table) => [table, `user_key = ${USER}`]),
  ...OF_CONNECTION.map((table) => [table, owned('connections', 'connection_id')]),
  ['webhook_deliveries', owned('webhooks', 'webhook_id')],
];

const STATEMENTS = [
  ...POLICIES.flatMap(([table, condition]) => [
    `alter table ${table} enable row level security`,
    `create policy of_user on ${table} using (${condition})`,
  ]),

  // Whoever comes back from Amazon uses up a state, also one that another user began: that is how it is told, and
  // made worthless. It takes the state to do so, which nobody can guess.
  `create function take_oauth_state(hash text, at timestamptz)
    returns table (nonce_hash text, user_key text, region text, expires_at timestamptz, is_first boolean)
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    #variable_conflict use_column
    begin
      return query update public.oauth_states as s set used_at = at
        where s.state_hash = hash and s.used_at is null
        returning s.nonce_hash, s.user_key, s.region, s.expires_at, true;
      if not found then
        return query select s.nonce_hash, s.user_key, s.region, s.expires_at, false
          from public.oauth_states as s where s.state_hash = hash;
      end if;
    end $$`,
  `revoke execute on function take_oauth_state from public`,
];
