import { z } from 'zod';
import { Region } from '../contract/regions';
import { SYNC_TASK_QUEUE } from '../contract/sync-workflow';
import {
  type AmazonApplication,
  ApplicationEnvironment,
  amazonApplication,
  HttpUrl,
  PrivateUrl,
  Required,
} from './amazon-application';
import type { EncryptionKey } from './encryption-keys';
import { type Environment, withSecretFiles } from './secret-files';
import { publicSessionKey, type SessionKey, secretSessionKey } from './session-key';

const LogLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info');

/** Paths are appended to it. */
const BaseUrl = HttpUrl.refine(
  (url) => !/[?#]/.test(url),
  'must have neither a query nor a fragment',
).transform((url) => url.replace(/\/+$/, ''));

const Switch = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .default('false')
  .transform((text) => text === 'true');

const Shared = {
  LOG_LEVEL: LogLevel,
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: (issue) => (issue.input === undefined ? 'is required' : 'must be a postgres:// URL'),
    })
    // Else the driver fails on it at each connection, which looks like a server out of reach.
    .refine(isDecodable, 'must have each % of its password written as %25'),
  TEMPORAL_ADDRESS: Required.regex(/^[^/\s]+:\d+$/, 'must be host:port'),
  /** A header's value. gRPC would refuse another one at each call, and quote it. */
  TEMPORAL_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII, without spaces or line ends')
    .optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  /** API and worker must agree on it; several environments can then share one namespace. */
  TEMPORAL_TASK_QUEUE: z.string().min(1).default(SYNC_TASK_QUEUE),
  /** Lets webhooks go to this machine, over plain HTTP too. Never where users are not all trusted. */
  WEBHOOKS_ALLOW_LOOPBACK: Switch,
};

const Session = {
  SESSION_JWT_SECRET: z
    .string()
    // HS256 is no stronger than its key: 32 bytes, RFC 7518 section 3.2.
    .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes')
    .transform(secretSessionKey)
    .optional(),
  SESSION_JWT_PUBLIC_KEY: z
    .string()
    .transform((pem, context) => {
      const key = publicSessionKey(pem);
      if (key !== undefined) return key;
      context.addIssue('must be a PEM public key, RSA of 2048 bits or more or P-256');
      return z.NEVER;
    })
    .optional(),
  SESSION_USER_CLAIM: z.string().min(1).default('sub'),
  SESSION_JWT_ISSUER: z.string().min(1).optional(),
  SESSION_JWT_AUDIENCE: z.string().min(1).optional(),
};

const Connecting = {
  ...ApplicationEnvironment,
  AMAZON_APPLICATION_ID: Required,
  /** Amazon lets sellers authorize an application that is a draft only where the request says so. */
  AMAZON_APP_IS_DRAFT: Switch,
  /** Where sellers connect who were not asked where they sell. */
  AMAZON_DEFAULT_REGION: Region.default('na'),
  /** Only for a local Amazon; else each region has its own of Amazon's. */
  AMAZON_SP_API_URL: PrivateUrl.optional(),
  AMAZON_CONSENT_URL: PrivateUrl.optional(),
};

const ApiEnvironment = z.object({
  ...Shared,
  ...Session,
  ...Connecting,
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  PUBLIC_URL: BaseUrl,
  FRONTEND_URL: BaseUrl,
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .transform((list) => list.filter((origin) => origin !== ''))
    .pipe(
      z.array(
        HttpUrl.refine(
          (url) => URL.canParse(url) && new URL(url).origin === url,
          'must be a bare origin',
        ),
      ),
    ),
});

const WorkerEnvironment = z.object({
  ...Shared,
  ...ApplicationEnvironment,
  /**
   * How many seconds pass at Amazon in one of ours. Above 1 only against a local Amazon whose clock runs
   * fast; the service's own rates and waits follow it.
   */
  AMAZON_CLOCK_SPEED: z.coerce.number().min(1).max(100_000).default(1),
  DATA_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
});

export interface SessionSettings {
  key: SessionKey;
  /** The claim that names the user; nothing else in a request does. */
  userClaim: string;
  issuer: string | undefined;
  audience: string | undefined;
}

export interface TemporalSettings {
  address: string;
  namespace: string;
  taskQueue: string;
  /** The environment for Temporal's own settings (`TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`). */
  env: Record<string, string>;
}

export interface ApiSettings {
  logLevel: z.infer<typeof LogLevel>;
  databaseUrl: string;
  temporal: TemporalSettings;
  session: SessionSettings;
  port: number;
  /** Where this service is reached from outside, without a slash at the end. */
  publicUrl: string;
  /** Where the product's own pages are, without a slash at the end: people sign in there. */
  frontendUrl: string;
  /** Exact origins that may send requests which change state. */
  allowedOrigins: readonly string[];
  webhooks: WebhookSettings;
  encryptionKeys: readonly EncryptionKey[];
  amazon: ConnectSettings;
}

/** How sellers connect. */
export interface ConnectSettings extends AmazonApplication {
  applicationId: string;
  isDraft: boolean;
  defaultRegion: Region;
  /** In place of the hosts of all regions, and of Seller Central's consent page; for a local Amazon. */
  spApiUrl: string | undefined;
  consentUrl: string | undefined;
}

export interface WebhookSettings {
  /** Whether receivers may be on this machine: for development. */
  allowLoopback: boolean;
}

export interface WorkerSettings {
  logLevel: z.infer<typeof LogLevel>;
  databaseUrl: string;
  temporal: TemporalSettings;
  webhooks: WebhookSettings;
  encryptionKeys: readonly EncryptionKey[];
  /** Days for which data is kept after its connection has ended. */
  retentionDays: number;
  amazon: AmazonApplication & { clockSpeed: number };
}

/** Names every missing or wrong setting at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly faults: readonly string[]) {
    super(`Cannot start. Fix these settings:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/** Settings of the API process. Throws {@link SettingsError}. */
export function readApiSettings(env: Environment): ApiSettings {
  const { values, temporalEnv } = parse(ApiEnvironment, env, sessionFaults);
  return {
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    temporal: temporalSettings(values, temporalEnv),
    session: {
      key: sessionKeyOf(values),
      userClaim: values.SESSION_USER_CLAIM,
      issuer: values.SESSION_JWT_ISSUER,
      audience: values.SESSION_JWT_AUDIENCE,
    },
    port: values.PORT,
    publicUrl: values.PUBLIC_URL,
    frontendUrl: values.FRONTEND_URL,
    allowedOrigins: [
      new URL(values.PUBLIC_URL).origin,
      new URL(values.FRONTEND_URL).origin,
      ...values.ALLOWED_ORIGINS,
    ],
    webhooks: { allowLoopback: values.WEBHOOKS_ALLOW_LOOPBACK },
    encryptionKeys: values.TOKEN_ENCRYPTION_KEYS,
    amazon: {
      ...amazonApplication(env, values),
      applicationId: values.AMAZON_APPLICATION_ID,
      isDraft: values.AMAZON_APP_IS_DRAFT,
      defaultRegion: values.AMAZON_DEFAULT_REGION,
      spApiUrl: values.AMAZON_SP_API_URL,
      consentUrl: values.AMAZON_CONSENT_URL,
    },
  };
}

/** Settings of the worker process. Throws {@link SettingsError}. */
export function readWorkerSettings(env: Environment): WorkerSettings {
  const { values, temporalEnv } = parse(WorkerEnvironment, env, () => []);
  return {
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    temporal: temporalSettings(values, temporalEnv),
    webhooks: { allowLoopback: values.WEBHOOKS_ALLOW_LOOPBACK },
    encryptionKeys: values.TOKEN_ENCRYPTION_KEYS,
    retentionDays: values.DATA_RETENTION_DAYS,
    amazon: { ...amazonApplication(env, values), clockSpeed: values.AMAZON_CLOCK_SPEED },
  };
}

/** Exactly one of the two is set: {@link sessionFaults} has seen to it. */
function sessionKeyOf(values: z.infer<typeof ApiEnvironment>): SessionKey {
  const key = values.SESSION_JWT_SECRET ?? values.SESSION_JWT_PUBLIC_KEY;
  if (key === undefined) throw new SettingsError(['SESSION_JWT_SECRET: is required']);
  return key;
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

function sessionFaults(env: Environment): string[] {
  const secret = env.SESSION_JWT_SECRET !== undefined;
  const publicKey = env.SESSION_JWT_PUBLIC_KEY !== undefined;
  if (!secret && !publicKey) return ['SESSION_JWT_SECRET or SESSION_JWT_PUBLIC_KEY: is required'];
  // With both, a token signed by one could be passed off as signed by the other.
  if (secret && publicKey) return ['SESSION_JWT_SECRET and SESSION_JWT_PUBLIC_KEY: keep one'];
  return [];
}

function parse<Schema extends z.ZodType>(
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

function temporalSettings(
  values: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string; TEMPORAL_TASK_QUEUE: string },
  env: Record<string, string>,
): TemporalSettings {
  return {
    address: values.TEMPORAL_ADDRESS,
    namespace: values.TEMPORAL_NAMESPACE,
    taskQueue: values.TEMPORAL_TASK_QUEUE,
    env,
  };
}
