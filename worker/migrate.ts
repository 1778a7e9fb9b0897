import { readMigrationSettings } from '../settings/migration-settings';
import { migrateWithRoles } from '../store/migrate';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** `node dist/worker/migrate.js`: brings the schema up to date, as the owner of the database. */
async function main(): Promise<void> {
  const { databaseUrl } = readMigrationSettings(process.env);
  const { applied, roles } = await migrateWithRoles(databaseUrl);
  for (const name of applied) say(`applied ${name}`);
  say(applied.length === 0 ? 'The schema was up to date' : 'The schema is up to date');
  if (roles.kind === 'granted') return;
  say(`These roles are missing, and this user may not create any: ${roles.missing.join(', ')}.`);
  say('Have an administrator create them (docs/configuration.md), and run this again.');
  process.exitCode = 2;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
