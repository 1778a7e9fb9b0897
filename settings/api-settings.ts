import { z } from 'zod';
import { Region } from '../contract/regions';
import {
  type AmazonApplication,
  ApplicationEnvironment,
  amazonApplication,
  HttpUrl,
  PrivateUrl,
  Required,
} from './amazon-application';
import { collectorFaults } from './collector';
import type { EncryptionKey } from './encryption-keys';
import type { Environment } from './secret-files';
import {
  SessionEnvironment,
  type SessionSettings,
  sessionFaults,
  sessionSettings,
} from './session-settings';
import {
  parseEnvironment,
  SharedEnvironment,
  type SharedSettings,
  Switch,
  sharedSettings,
} from './shared-settings';
import { temporalFaults } from './temporal-options';

/** Paths are appended to it. */
const BaseUrl = HttpUrl.refine(
  (url) => !/[?#]/.test(url),
  'must have neither a query nor a fragment',
).transform((url) => url.replace(/\/+$/, ''));

const Connecting = {
  ...ApplicationEnvironment,
  AMAZON_APPLICATION_ID: Required.describe(
    'of the application at Seller Central, `amzn1.sp.solution.…`',
  ),
  /** Amazon lets sellers authorize an application that is a draft only where the request says so. */
  AMAZON_APP_IS_DRAFT: Switch.describe(
    '`true` while the application is a draft: the consent page is asked for with `version=beta`',
  ),
  /** Where sellers connect who were not asked where they sell. */
  AMAZON_DEFAULT_REGION: Region.default('na').describe(
    '`na`, `eu` or `fe`: where sellers connect who were not asked where they sell',
  ),
  /** Only for a local Amazon; else each region has its own of Amazon's. */
  AMAZON_SP_API_URL: PrivateUrl.optional().meta({
    unset: 'Amazon’s host of the region',
    description:
      'only to point new connections elsewhere, such as to a sandbox, which must serve its reports’ documents itself',
  }),
  AMAZON_CONSENT_URL: PrivateUrl.optional().meta({
    unset: 'the consent page of Seller Central',
    description: 'only to point elsewhere, such as to a sandbox',
  }),
};

const DEFAULT_PORT = '3000';

/** What the API reads. Each setting says for docs/configuration.md what it means, and what holds where it is not set. */
export const ApiEnvironment = z.object({
  ...SharedEnvironment,
  ...SessionEnvironment,
  ...Connecting,
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(Number(DEFAULT_PORT))
    .describe('where it listens, on all interfaces; 0 takes any free port'),
  PUBLIC_URL: BaseUrl.describe('where browsers reach this service'),
  FRONTEND_URL: BaseUrl.describe('the frontend that calls it'),
  /** What a thousand tabs that ask at once have; one user then takes up a fifth of those who may wait. */
  MAX_REQUESTS_PER_USER: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe(
      'requests of one user that one process works on or has waiting; over it they are 429',
    ),
  MAX_STREAMS_PER_USER: z.coerce
    .number()
    .int()
    .min(1)
    .max(20_000)
    .default(100)
    .describe('streams of one user that one process keeps open; over it they are 429'),
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
    )
    .describe(
      'further origins, separated by commas, each bare: `https://host[:port]`. The origins of the two URLs above are allowed always',
    ),
});

export interface ApiSettings extends SharedSettings {
  /** What one user may have at once of one process. */
  perUser: { requests: number; streams: number };
  session: SessionSettings;
  port: number;
  /** Where this service is reached from outside, without a slash at the end. */
  publicUrl: string;
  /** Where the product's own pages are, without a slash at the end: people sign in there. */
  frontendUrl: string;
  /** Exact origins that may send requests which change state. */
  allowedOrigins: readonly string[];
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

/** Settings of the API process. Throws {@link SettingsError}. */
export function readApiSettings(env: Environment): ApiSettings {
  const { values, temporalEnv } = parseEnvironment(ApiEnvironment, env, (read) => [
    ...sessionFaults(read),
    ...portFaults(read),
    ...temporalFaults(read),
    ...collectorFaults(read),
  ]);
  return {
    ...sharedSettings(values, temporalEnv),
    session: sessionSettings(env, values),
    perUser: { requests: values.MAX_REQUESTS_PER_USER, streams: values.MAX_STREAMS_PER_USER },
    port: values.PORT,
    publicUrl: values.PUBLIC_URL,
    frontendUrl: values.FRONTEND_URL,
    allowedOrigins: [
      new URL(values.PUBLIC_URL).origin,
      new URL(values.FRONTEND_URL).origin,
      ...values.ALLOWED_ORIGINS,
    ],
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

/** Metrics are nobody's but the operator's: not even by mistake may the public port answer them. */
function portFaults({ PORT = DEFAULT_PORT, METRICS_PORT }: Environment): string[] {
  const isTaken = METRICS_PORT === PORT && PORT !== '0';
  return isTaken ? ['METRICS_PORT: must be another port than PORT'] : [];
}
