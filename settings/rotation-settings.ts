import { z } from 'zod';
import { ApplicationEnvironment } from './amazon-application';
import type { EncryptionKey } from './encryption-keys';
import type { Environment } from './secret-files';
import { parseEnvironment, SharedEnvironment } from './shared-settings';

const RotationEnvironment = z.object({
  DATABASE_URL: SharedEnvironment.DATABASE_URL,
  TOKEN_ENCRYPTION_KEYS: ApplicationEnvironment.TOKEN_ENCRYPTION_KEYS,
});

export interface RotationSettings {
  databaseUrl: string;
  /** The first one seals. */
  encryptionKeys: readonly EncryptionKey[];
}

/** Settings of the command that seals everything anew. Throws `SettingsError`. */
export function readRotationSettings(env: Environment): RotationSettings {
  const { values } = parseEnvironment(RotationEnvironment, env, () => []);
  return { databaseUrl: values.DATABASE_URL, encryptionKeys: values.TOKEN_ENCRYPTION_KEYS };
}
