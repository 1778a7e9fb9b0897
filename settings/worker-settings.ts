import { z } from 'zod';
import {
  type AmazonApplication,
  ApplicationEnvironment,
  amazonApplication,
} from './amazon-application';
import type { EncryptionKey } from './encryption-keys';
import type { Environment } from './secret-files';
import {
  parseEnvironment,
  SharedEnvironment,
  type SharedSettings,
  sharedSettings,
} from './shared-settings';

const WorkerEnvironment = z.object({
  ...SharedEnvironment,
  ...ApplicationEnvironment,
  /**
   * How many seconds pass at Amazon in one of ours. Above 1 only against a local Amazon whose clock runs
   * fast; the service's own rates and waits follow it.
   */
  AMAZON_CLOCK_SPEED: z.coerce.number().min(1).max(100_000).default(1),
  DATA_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
});

export interface WorkerSettings extends SharedSettings {
  encryptionKeys: readonly EncryptionKey[];
  /** Days for which data is kept after its connection has ended. */
  retentionDays: number;
  amazon: AmazonApplication & { clockSpeed: number };
}

/** Settings of the worker process. Throws {@link SettingsError}. */
export function readWorkerSettings(env: Environment): WorkerSettings {
  const { values, temporalEnv } = parseEnvironment(WorkerEnvironment, env, () => []);
  return {
    ...sharedSettings(values, temporalEnv),
    encryptionKeys: values.TOKEN_ENCRYPTION_KEYS,
    retentionDays: values.DATA_RETENTION_DAYS,
    amazon: { ...amazonApplication(env, values), clockSpeed: values.AMAZON_CLOCK_SPEED },
  };
}
