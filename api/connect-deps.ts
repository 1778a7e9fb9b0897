import { randomBytes, randomUUID } from 'node:crypto';
import { endpointOf } from '../amazon/marketplaces';
import type { TokenExchange } from '../amazon/token-request';
import { USER_AGENT } from '../amazon/user-agent';
import type { Logger } from '../observability/logger';
import type { ApiSettings } from '../settings/api-settings';
import type { ScopedDatabase } from '../store/scoped-database';
import { TokenVault } from '../store/token-vault';
import { createAmazonAddresses } from './amazon-addresses';
import type { ConnectDeps } from './api-deps';
import { createConsentStates } from './consent-states';
import { createCodeExchange } from './exchange-code';
import { createNonceCookie } from './nonce-cookie';
import { createSellerConnector } from './seller-connector';
import type { SyncStarter } from './sync-starter';

/** A person looks at an empty page meanwhile, and Login with Amazon answers within a second or two. */
const EXCHANGE_TIMEOUT_MS = 10_000;

interface Given {
  db: ScopedDatabase;
  log: Logger;
  syncs: SyncStarter;
  /** Epoch ms. */
  now: () => number;
  /** Told of each request to Login with Amazon. */
  onExchange: (exchange: TokenExchange) => void;
}

/** Composes what connects sellers from the settings. */
export function connectDeps(
  { publicUrl, frontendUrl, encryptionKeys, amazon }: ApiSettings,
  { db, log, syncs, now, onExchange }: Given,
): ConnectDeps {
  const addresses = createAmazonAddresses({ ...amazon, publicUrl });
  const randomText = () => randomBytes(32).toString('base64url');
  const states = createConsentStates({ db, now, randomText });
  const { clientId, clientSecret, lwaUrl } = amazon;
  const application = { clientId, clientSecret, lwaUrl };
  return {
    states,
    addresses,
    nonceCookie: createNonceCookie(publicUrl),
    defaultRegion: amazon.defaultRegion,
    frontendUrl,
    connector: createSellerConnector({
      db,
      log,
      states,
      syncs,
      now,
      vault: new TokenVault(encryptionKeys),
      newId: randomUUID,
      endpointOf: (region) => amazon.spApiUrl ?? endpointOf(region),
      exchangeCode: createCodeExchange({
        login: {
          ...application,
          userAgent: USER_AGENT,
          timeoutMs: EXCHANGE_TIMEOUT_MS,
          onExchange,
        },
        redirectUri: addresses.redirectUri,
        log,
      }),
    }),
  };
}
