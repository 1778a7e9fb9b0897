import { z } from 'zod';
import { AuthorizationCodeRefused } from './errors';
import { readToken, requestToken, type TokenDeps } from './token-request';

/** What Amazon's consent page sent the browser back with, and where to. */
export interface AuthorizationCode {
  /** Good once, and for five minutes. */
  code: string;
  /** The address to which it was sent, letter for letter. */
  redirectUri: string;
}

const Tokens = z.object({ refresh_token: z.string().regex(/^[\x21-\x7e]+$/) });

/**
 * Exchanges the code of a seller's consent for its refresh token. One request, or two where our secret has just
 * been rotated; a code whose answer was lost is lost with it.
 *
 * @throws AuthorizationCodeRefused, CredentialsRejected, AmazonUnavailable, InvalidRequest, MalformedAnswer.
 */
export async function exchangeAuthorizationCode(
  deps: TokenDeps,
  { code, redirectUri }: AuthorizationCode,
): Promise<string> {
  const operation = 'exchangeAuthorizationCode';
  const answer = await requestToken(deps, operation, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
  });
  const tokens = readToken(operation, answer, Tokens, (occasion) => {
    return new AuthorizationCodeRefused(occasion, 'The code has expired or was used before');
  });
  return tokens.refresh_token;
}
