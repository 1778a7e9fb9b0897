import type { Client } from 'pg';
import { ROLES } from '../store/grant-roles';

// No secret: the server is for development and tests, listens on 127.0.0.1 only and holds generated data.
const PASSWORD = 'password';

/** Gives the roles of API and worker a password on a server of development or tests; migrations give them rights. */
export async function createServiceRoles(client: Client): Promise<void> {
  for (const role of Object.values(ROLES)) {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
    const verb = rowCount === 0 ? 'create' : 'alter';
    await client.query(`${verb} role ${role} login password '${PASSWORD}'`);
  }
}

/** The URL of the same database as one of the processes connects to it. */
export function urlFor(process: keyof typeof ROLES, databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.username = ROLES[process];
  url.password = PASSWORD;
  return url.href;
}
