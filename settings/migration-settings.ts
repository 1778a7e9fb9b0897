import { z } from 'zod';
import type { Environment } from './secret-files';
import { parseEnvironment, SharedEnvironment } from './shared-settings';

const MigrationEnvironment = z.object({ DATABASE_URL: SharedEnvironment.DATABASE_URL });

/** Settings of the command that migrates the schema. Throws `SettingsError`. */
export function readMigrationSettings(env: Environment): { databaseUrl: string } {
  const { values } = parseEnvironment(MigrationEnvironment, env, () => []);
  return { databaseUrl: values.DATABASE_URL };
}
