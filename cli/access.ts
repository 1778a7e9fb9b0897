import { readFileSync } from 'node:fs';
import type { Common } from './command-line';
import { EXIT } from './exit-codes';
import { Failure, WrongUsage } from './failure';

/** Where the service is, and who asks. */
export interface Access {
  url: string;
  /** The session token. Never printed. */
  token: string;
}

/** The variables that say what the command line does not. */
export interface Environment {
  AMAZON_SYNC_URL?: string;
  AMAZON_SYNC_TOKEN?: string;
  AMAZON_SYNC_TOKEN_FILE?: string;
}

/** Reads URL and session from the command line, or else the environment. Throws {@link Failure}. */
export function accessOf(common: Common, env: Environment): Access {
  return { url: urlOf(common.url ?? env.AMAZON_SYNC_URL), token: tokenOf(common, env) };
}

function urlOf(url = ''): string {
  if (url === '') throw new WrongUsage('Where is the service? Give --url, or set AMAZON_SYNC_URL.');
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    throw new WrongUsage('The URL must be one of http or https, such as https://sync.example.');
  if (parsed.username !== '' || parsed.password !== '')
    throw new WrongUsage('The URL must not hold a user or a password.');
  if (parsed.search !== '' || parsed.hash !== '')
    throw new WrongUsage('The URL must end with its path.');
  return parsed.href;
}

/** Whether nobody between here and the service can read what is sent: by TLS, or within this machine. */
export function isPrivateOnTheWay(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

function tokenOf({ token, tokenFile }: Common, env: Environment): string {
  const given =
    token ??
    (tokenFile === undefined ? undefined : fileText(tokenFile)) ??
    (env.AMAZON_SYNC_TOKEN || undefined) ??
    (env.AMAZON_SYNC_TOKEN_FILE ? fileText(env.AMAZON_SYNC_TOKEN_FILE) : undefined) ??
    '';
  // As a cookie it is copied with its name.
  const value = given.trim().replace(/^session_token=/, '');
  if (value === '')
    throw new Failure(
      EXIT.notSignedIn,
      'unauthorized',
      'No session. Set AMAZON_SYNC_TOKEN, or AMAZON_SYNC_TOKEN_FILE to a file that holds the token.',
    );
  // Anything else could not be sent in a header, and the error of the attempt would quote it.
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new Failure(EXIT.notSignedIn, 'unauthorized', 'This is no session token.');
  return value;
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new WrongUsage(`The file of the token cannot be read${code}: ${path}`);
  }
}
