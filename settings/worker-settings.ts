import { z } from 'zod';
import {
  type AmazonApplication,
  ApplicationEnvironment,
  amazonApplication,
} from './amazon-application';
import { collectorFaults } from './collector';
import type { EncryptionKey } from './encryption-keys';
import type { Environment } from './secret-files';
import {
  parseEnvironment,
  SharedEnvironment,
  type SharedSettings,
  sharedSettings,
} from './shared-settings';
import { temporalFaults } from './temporal-options';

/** Temporal joins the two with a dot or a colon. */
const VersionPart = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be 1 to 100 letters, digits, _ or -');

/** What the worker reads, with the words of docs/configuration.md. */
export const WorkerEnvironment = z.object({
  ...SharedEnvironment,
  ...ApplicationEnvironment,
  /**
   * How many seconds pass at Amazon in one of ours. Above 1 only against a local Amazon whose clock runs
   * fast; the service's own rates and waits follow it.
   */
  AMAZON_CLOCK_SPEED: z.coerce
    .number()
    .min(1)
    .max(100_000)
    .default(1)
    .describe(
      'seconds that pass at Amazon in one of ours; above 1 only for a sandbox whose clock runs fast',
    ),
  WORKER_DEPLOYMENT_NAME: VersionPart.optional().describe(
    'with `WORKER_BUILD_ID` makes the worker one of a version: [workflows.md](workflows.md)',
  ),
  WORKER_BUILD_ID: VersionPart.optional().describe(
    'which version, such as the commit that it was built from',
  ),
  /** Where the metrics of Temporal's own SDK are: its native part answers for them itself. */
  SDK_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional().meta({
    unset: 'none: off',
    description: 'where the native part of Temporal’s SDK answers `/metrics` with its own',
  }),
  DATA_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe(
      'days after which a seller’s data is deleted that was disconnected without purging, or whose authorization was withdrawn and not renewed',
    ),
});

export interface WorkerSettings extends SharedSettings {
  encryptionKeys: readonly EncryptionKey[];
  /** Days for which data is kept after its connection has ended. */
  retentionDays: number;
  /** The version of the service that this worker is; undefined where workers have none. */
  version: { deploymentName: string; buildId: string } | undefined;
  /** Where the metrics of Temporal's SDK are answered; undefined where they are not kept. */
  sdkMetricsPort: number | undefined;
  amazon: AmazonApplication & { clockSpeed: number };
}

/** Settings of the worker process. Throws {@link SettingsError}. */
export function readWorkerSettings(env: Environment): WorkerSettings {
  const { values, temporalEnv } = parseEnvironment(WorkerEnvironment, env, (read) => [
    ...versionFaults(read),
    ...portFaults(read),
    ...temporalFaults(read),
    ...collectorFaults(read),
  ]);
  return {
    ...sharedSettings(values, temporalEnv),
    encryptionKeys: values.TOKEN_ENCRYPTION_KEYS,
    retentionDays: values.DATA_RETENTION_DAYS,
    sdkMetricsPort: values.SDK_METRICS_PORT,
    version:
      values.WORKER_DEPLOYMENT_NAME !== undefined && values.WORKER_BUILD_ID !== undefined
        ? { deploymentName: values.WORKER_DEPLOYMENT_NAME, buildId: values.WORKER_BUILD_ID }
        : undefined,
    amazon: { ...amazonApplication(env, values), clockSpeed: values.AMAZON_CLOCK_SPEED },
  };
}

function portFaults({ METRICS_PORT, SDK_METRICS_PORT }: Environment): string[] {
  const isTaken = SDK_METRICS_PORT !== undefined && SDK_METRICS_PORT === METRICS_PORT;
  return isTaken ? ['SDK_METRICS_PORT: must be another port than METRICS_PORT'] : [];
}

function versionFaults(env: Environment): string[] {
  const isHalf = (env.WORKER_DEPLOYMENT_NAME === undefined) !== (env.WORKER_BUILD_ID === undefined);
  return isHalf ? ['WORKER_DEPLOYMENT_NAME and WORKER_BUILD_ID: set both, or neither'] : [];
}
