import { z } from 'zod';
import { SYNC_TASK_QUEUE } from '../contract/sync-workflow';
import { PlainUrl, Required } from './amazon-application';
import { type Collector, CollectorEnvironment, collectorSettings } from './collector';
import { isDecodable } from './is-decodable';
import { type Environment, withSecretFiles } from './secret-files';

const LogLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info');

export const Switch = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .default('false')
  .transform((text) => text === 'true');

/** What both processes are told. */
export const SharedEnvironment = {
  LOG_LEVEL: LogLevel.describe(
    '`trace`, `debug`, `info`, `warn`, `error` or `fatal`; the log is JSON, one line an event',
  ),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: (issue) => (issue.input === undefined ? 'is required' : 'must be a postgres:// URL'),
    })
    // Else the driver fails on it at each connection, which looks like a server out of reach.
    .refine(isDecodable, 'must have each % of its password written as %25')
    .describe(
      '`postgres://user:password@host:port/database`, PostgreSQL 15 or newer; each process has a role of its own: see below',
    ),
  TEMPORAL_ADDRESS: Required.regex(/^[^/\s]+:\d+$/, 'must be host:port').describe(
    '`host:port` of Temporal’s front end',
  ),
  /** A header's value. gRPC would refuse another one at each call, and quote it. */
  TEMPORAL_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII, without spaces or line ends')
    .optional()
    .describe('for Temporal Cloud; TLS is then on by itself'),
  /** Temporal's own reader takes every other word for "off", such as "True" and "yes". */
  TEMPORAL_TLS: z
    .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
    .optional()
    .describe(
      '`true` for TLS with the public authorities; for more see [below](#temporals-exposure)',
    ),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe('a namespace that exists'),
  /** API and worker must agree on it. */
  TEMPORAL_TASK_QUEUE: z
    .string()
    .min(1)
    .default(SYNC_TASK_QUEUE)
    .describe(
      'the same for API and worker. It keeps no two environments apart, since a sync’s id is its user’s alone: each has a namespace of its own',
    ),
  /** For operators: whoever reaches it sees everybody's syncs. */
  TEMPORAL_UI_URL: PlainUrl.transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe(
      'base URL of Temporal’s web UI, as operators reach it: lines of the log that name a run then have a link to it',
    ),
  /** Lets webhooks go to this machine, over plain HTTP too. Never where users are not all trusted. */
  WEBHOOKS_ALLOW_LOOPBACK: Switch.describe(
    '`true` lets webhooks go to this machine, over plain HTTP too: for development only',
  ),
  /** Where `/metrics` is answered, for the inside only. Unset: nothing is measured. */
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional().meta({
    unset: 'none: off',
    description:
      'where `/metrics` is answered for Prometheus, on all interfaces, without a password; see below',
  }),
  ...CollectorEnvironment,
  /** Syncs that run at once. Forty activities a worker are busy with some ten of them; most of the time they wait. */
  MAX_SYNCS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe(
      'syncs of all users that run at once; over it a start is 503 `too_many_syncs`, and daily and first syncs wait for their turn',
    ),
  /** Of users who have connected one seller: they share its quotas, so that more of them only take longer. */
  MAX_SYNCS_PER_SELLER: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(10)
    .describe(
      'the same for users who have connected one seller in one region: they share its quotas',
    ),
};

export interface TemporalSettings {
  address: string;
  namespace: string;
  taskQueue: string;
  /** The environment for Temporal's own settings (`TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`). */
  env: Record<string, string>;
}

export interface WebhookSettings {
  /** Whether receivers may be on this machine: for development. */
  allowLoopback: boolean;
}

/** How many syncs run at once. */
export interface SyncLimitSettings {
  /** Of all users. */
  service: number;
  /** Of users who have connected the same seller. */
  seller: number;
}

/** What both processes need. */
export interface SharedSettings {
  logLevel: z.infer<typeof LogLevel>;
  databaseUrl: string;
  temporal: TemporalSettings;
  /** Where operators look at runs, without a slash at the end; undefined where nobody has said. */
  temporalUi: { url: string; namespace: string } | undefined;
  webhooks: WebhookSettings;
  syncLimits: SyncLimitSettings;
  /** Where `/metrics` is answered; undefined where nothing is measured. */
  metricsPort: number | undefined;
  /** Where spans go; undefined where nothing is traced. */
  collector: Collector | undefined;
}

/** Names every missing or wrong setting at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly faults: readonly string[]) {
    super(`Cannot start. Fix these settings:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

type SharedValues = z.infer<z.ZodObject<typeof SharedEnvironment>>;

export function sharedSettings(
  values: SharedValues,
  temporalEnv: Record<string, string>,
): SharedSettings {
  return {
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    temporal: {
      address: values.TEMPORAL_ADDRESS,
      namespace: values.TEMPORAL_NAMESPACE,
      taskQueue: values.TEMPORAL_TASK_QUEUE,
      env: temporalEnv,
    },
    temporalUi:
      values.TEMPORAL_UI_URL === undefined
        ? undefined
        : { url: values.TEMPORAL_UI_URL, namespace: values.TEMPORAL_NAMESPACE },
    webhooks: { allowLoopback: values.WEBHOOKS_ALLOW_LOOPBACK },
    syncLimits: { service: values.MAX_SYNCS, seller: values.MAX_SYNCS_PER_SELLER },
    metricsPort: values.METRICS_PORT,
    collector: collectorSettings(values),
  };
}

/**
 * Reads a process's environment by its schema. `moreFaults` says what no single variable can be blamed for.
 * Throws {@link SettingsError}.
 */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
  moreFaults: (env: Environment) => string[],
): { values: z.infer<Schema>; temporalEnv: Record<string, string> } {
  const { env, faults } = withSecretFiles(environment);
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      faults.push(`${name}: ${env[name] === undefined ? 'is required' : issue.message}`);
    }
  }
  faults.push(...moreFaults(env));
  if (!parsed.success || faults.length > 0) throw new SettingsError([...new Set(faults)]);
  const temporalEnv: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('TEMPORAL_') && value !== undefined) temporalEnv[name] = value;
  }
  return { values: parsed.data, temporalEnv };
}
