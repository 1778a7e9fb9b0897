import { sql } from 'kysely';
import type { Database } from './database';
import { ROLES } from './grant-roles';

/** Each process, by the role that it connects as. */
export type ServiceProcess = keyof typeof ROLES;

/** The role of another process: what this one has to do it would not see, and take for done. */
export class WrongRole extends Error {
  override readonly name = 'WrongRole';

  constructor(process: ServiceProcess) {
    super(
      `DATABASE_URL names a role that is not one for the ${NAMES[process]}. It must be ${ROLES[process]}, a role in it, or the owner of the tables.`,
    );
  }
}

const NAMES: Readonly<Record<ServiceProcess, string>> = { api: 'API', worker: 'worker' };

/**
 * Whether row-level security holds the role that the database is open as. Throws {@link WrongRole} where it is held
 * and not of this process: such a role is refused by some tables, and of others it sees nothing, without an error.
 */
export async function isHeldAs(db: Database, process: ServiceProcess): Promise<boolean> {
  const { rows } = await sql<{ held: boolean; own: boolean }>`
    select row_security_active('public.connections'::regclass) as held, exists (
      select from pg_roles where rolname = ${ROLES[process]} and pg_has_role(current_user, oid, 'usage')
    ) as own`.execute(db);
  const [role] = rows;
  if (role?.held !== true) return false;
  if (!role.own) throw new WrongRole(process);
  return true;
}
