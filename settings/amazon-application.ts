import { z } from 'zod';
import { type EncryptionKey, parseEncryptionKeys } from './encryption-keys';
import { isPrivateOnTheWay } from './loopback-name';
import { type Environment, withSecretFiles } from './secret-files';

export const HttpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });

/** One that may stand in a log, and that paths are appended to. */
export const PlainUrl = HttpUrl.refine(
  (url) => !/[?#@]/.test(url),
  'must have neither a query, a fragment nor a password',
);

export const Required = z.string({ error: 'is required' }).min(1);

/** A place that client secrets, tokens or codes are sent to. */
export const PrivateUrl = HttpUrl.refine(
  isPrivateOnTheWay,
  'must be https, or http on this machine',
);

/** What both processes need to act for the application at Amazon. */
export const ApplicationEnvironment = {
  TOKEN_ENCRYPTION_KEYS: Required.transform(parseEncryptionKeys).describe(
    '`id:key,id:key`; see below',
  ),
  AMAZON_CLIENT_ID: Required.describe('of the application, Login with Amazon'),
  AMAZON_CLIENT_SECRET: Required.describe(
    'read again at each exchange of a token, so a new secret in its file needs no restart',
  ),
  AMAZON_LWA_URL: PrivateUrl.default('https://api.amazon.com/auth/o2/token').describe(
    'only to point elsewhere, such as to a sandbox',
  ),
};

interface ApplicationValues {
  TOKEN_ENCRYPTION_KEYS: EncryptionKey[];
  AMAZON_CLIENT_ID: string;
  AMAZON_CLIENT_SECRET: string;
  AMAZON_LWA_URL: string;
}

/** The application's own credentials at Login with Amazon. */
export interface AmazonApplication {
  clientId: string;
  /** Read at each token exchange, so that a rotated secret file takes effect without a restart. */
  clientSecret: () => string;
  lwaUrl: string;
}

export function amazonApplication(env: Environment, values: ApplicationValues): AmazonApplication {
  return {
    clientId: values.AMAZON_CLIENT_ID,
    clientSecret: () =>
      withSecretFiles(env).env.AMAZON_CLIENT_SECRET || values.AMAZON_CLIENT_SECRET,
    lwaUrl: values.AMAZON_LWA_URL,
  };
}
