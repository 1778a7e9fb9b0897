import { exchangeAuthorizationCode } from '../amazon/authorization-code';
import {
  AmazonError,
  AmazonUnavailable,
  AuthorizationCodeRefused,
  CredentialsRejected,
} from '../amazon/errors';
import type { TokenDeps } from '../amazon/token-request';
import type { ConnectErrorCode } from '../contract/connect-errors';
import type { Logger } from '../observability/logger';
import type { CodeExchange, ExchangeCode } from './seller-connector';

interface CodeExchangeDeps {
  login: TokenDeps;
  /** Where Amazon sends codes. */
  redirectUri: string;
  log: Logger;
}

/** Exchanges codes at Login with Amazon, and says what its errors mean for the seller who waits. */
export function createCodeExchange({ login, redirectUri, log }: CodeExchangeDeps): ExchangeCode {
  return async (code): Promise<CodeExchange> => {
    try {
      const refreshToken = await exchangeAuthorizationCode(login, { code, redirectUri });
      return { kind: 'token', refreshToken };
    } catch (error) {
      if (!(error instanceof AmazonError)) throw error;
      const { name, status, requestId } = error;
      const failed: ConnectErrorCode = failureOf(error);
      const line = { error: name, status, amazonRequestId: requestId, code: failed };
      if (failed === 'credentials_rejected' || failed === 'amazon_refused') {
        // Nothing that a seller does helps: the client id, the secret or the redirect address is wrong.
        log.error(line, 'Amazon rejects this application; check its credentials and redirect URI');
      } else {
        log.warn(line, 'a code of Amazon’s could not be exchanged');
      }
      return { kind: 'failed', code: failed };
    }
  };
}

function failureOf(error: AmazonError): ConnectErrorCode {
  if (error instanceof AuthorizationCodeRefused) return 'code_expired';
  if (error instanceof CredentialsRejected) return 'credentials_rejected';
  if (error instanceof AmazonUnavailable) return 'amazon_unavailable';
  return 'amazon_refused';
}
