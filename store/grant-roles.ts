import { CompiledQuery, sql } from 'kysely';
import { everyResource } from '../contract/resources';
import type { Database } from './database';
import type { Tables } from './tables';

/** The roles that the processes connect as; both are subject to row-level security. */
export const ROLES = { api: 'amazon_sync_api', worker: 'amazon_sync_worker' } as const;

type Right = 'select' | 'insert' | 'update' | 'delete';

const ALL: readonly Right[] = ['select', 'insert', 'update', 'delete'];
const PURGE: readonly Right[] = ['select', 'delete'];

/**
 * What the statements of each process need, table by table. The API writes nobody's rows; it may delete them, for a
 * purge. A lock on a row (`for share`) needs the right to update it. What goes by `on delete cascade` needs none.
 */
const RIGHTS: Readonly<Record<keyof Tables, { api: readonly Right[]; worker: readonly Right[] }>> =
  {
    connections: { api: ALL, worker: ['select', 'update', 'delete'] },
    oauth_states: { api: ALL, worker: PURGE },
    syncs: { api: ALL, worker: ALL },
    current_syncs: { api: ['select', 'update'], worker: ['select', 'insert', 'update'] },
    cursors: { api: ['select'], worker: ['select', 'insert', 'update'] },
    ...everyResource(() => ({ api: PURGE, worker: ALL })),
    order_items: { api: PURGE, worker: ALL },
    report_requests: { api: [], worker: ALL },
    quota_buckets: { api: [], worker: ['select', 'insert', 'update'] },
    sync_schedules: { api: ['select', 'insert', 'update'], worker: ALL },
    disconnections: { api: ['select', 'insert', 'update'], worker: ALL },
    sync_places: { api: PURGE, worker: PURGE },
    webhooks: { api: ALL, worker: ['select', 'update', 'delete'] },
    webhook_deliveries: { api: ['select', 'insert', 'update'], worker: ALL },
    audit_events: { api: ['select', 'insert'], worker: ['select', 'insert', 'delete'] },
  };

/** Functions that run with the rights of the tables' owner, and who may call them. */
const FUNCTIONS: Readonly<Record<string, readonly (keyof typeof ROLES)[]>> = {
  take_oauth_state: ['api'],
  take_sync_place: ['api', 'worker'],
};

/**
 * What maintenance does for all users, and nothing else: it finds what is open or past its time, and seals secrets
 * anew. What it then does for one user it does as for that user. Only the worker's role has these policies, and there
 * is none for orders, inventory, claims or returns.
 */
const MAINTENANCE: Partial<Record<keyof Tables, readonly Right[]>> = {
  connections: ['select', 'update'],
  oauth_states: PURGE,
  syncs: ['select', 'update'],
  sync_schedules: ['select', 'update'],
  disconnections: ['select', 'update', 'delete'],
  webhooks: ['select', 'update'],
  webhook_deliveries: PURGE,
  audit_events: PURGE,
};

/** An event of the service itself is no user's. */
const SERVICE_EVENT = 'user_key is null';

export type Granted =
  | { kind: 'granted' }
  /** The roles are not there, and whoever migrates may not make any: an operator has to. */
  | { kind: 'no_roles'; missing: string[] };

/**
 * Makes the roles where that is allowed, without a password and so of no use until an operator gives them one, and
 * gives them their rights. Run after each migration, also where there was none to make: it changes only what is
 * missing, and makes no statement of the service wait.
 */
export async function grantRoles(db: Database): Promise<Granted> {
  const run = (text: string) => db.executeQuery(CompiledQuery.raw(text));
  for (const role of Object.values(ROLES)) {
    // Roles are of the whole server: another database of it may make the same one this moment.
    await run(`do $$ begin
      if not exists (select from pg_roles where rolname = '${role}')
        and (select rolcreaterole or rolsuper from pg_roles where rolname = current_user)
      then create role ${role} nologin; end if;
      exception when duplicate_object or unique_violation then null; end $$`);
  }
  const { rows } = await sql<{ name: string }>`
    select rolname as name from pg_roles
    where rolname in (${ROLES.api}, ${ROLES.worker})`.execute(db);
  const missing = Object.values(ROLES).filter((role) => !rows.some(({ name }) => name === role));
  if (missing.length > 0) return { kind: 'no_roles', missing };
  await db.transaction().execute(async (trx) => {
    const query = (text: string) => trx.executeQuery(CompiledQuery.raw(text));
    // Two at once would change the same rows of the catalog, and one of them fail.
    await query(`select pg_advisory_xact_lock(hashtextextended('amazon_sync grant roles', 0))`);
    for (const statement of await missingGrants(trx)) await query(statement);
    for (const statement of await missingCalls(trx)) await query(statement);
    for (const statement of await missingPolicies(trx)) await query(statement);
  });
  return { kind: 'granted' };
}

async function missingGrants(trx: Database): Promise<string[]> {
  const wanted = Object.entries(RIGHTS).flatMap(([table, rights]) =>
    (['api', 'worker'] as const).flatMap((process) =>
      rights[process].map((right) => ({ role: ROLES[process], table, right })),
    ),
  );
  const migrations = Object.values(ROLES).map((role) => ({
    role,
    table: 'kysely_migration',
    right: 'select',
  }));
  const { rows } = await sql<{ role: string; table: string; right: string }>`
    select role, "table", "right" from jsonb_to_recordset(${JSON.stringify([...wanted, ...migrations])}::jsonb)
      as wanted(role text, "table" text, "right" text)
    where not has_table_privilege(role, format('public.%I', "table"), "right")`.execute(trx);
  return [
    ...rows.map(({ role, table, right }) => `grant ${right} on public.${table} to ${role}`),
    ...(rows.length === 0 ? [] : [`grant usage on schema public to ${ROLES.api}, ${ROLES.worker}`]),
  ];
}

async function missingCalls(trx: Database): Promise<string[]> {
  const wanted = Object.entries(FUNCTIONS).flatMap(([name, processes]) =>
    processes.map((process) => ({ role: ROLES[process], name })),
  );
  const { rows } = await sql<{ role: string; name: string }>`
    select role, name from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as wanted(role text, name text)
    join pg_proc on proname = name and pronamespace = 'public'::regnamespace
    where not has_function_privilege(role, pg_proc.oid, 'execute')`.execute(trx);
  return rows.map(({ role, name }) => `grant execute on function public.${name} to ${role}`);
}

async function missingPolicies(trx: Database): Promise<string[]> {
  const { rows } = await sql<{ table: string; name: string }>`
    select tablename as table, policyname as name from pg_policies where schemaname = 'public'`.execute(
    trx,
  );
  const isMaintenance = `(select current_setting('amazon_sync.user_key', true)) = '*'`;
  const wanted = Object.entries(MAINTENANCE).flatMap(([table, rights]) =>
    rights.map((right) => ({
      table,
      name: `maintenance_${right}`,
      statement: `create policy maintenance_${right} on public.${table} for ${right} to ${ROLES.worker}
        using (${isMaintenance})`,
    })),
  );
  const service = {
    table: 'audit_events',
    name: 'service_insert',
    statement: `create policy service_insert on public.audit_events for insert to ${ROLES.worker}
      with check (${isMaintenance} and ${SERVICE_EVENT})`,
  };
  return [...wanted, service]
    .filter(({ table, name }) => !rows.some((row) => row.table === table && row.name === name))
    .map(({ statement }) => statement);
}
