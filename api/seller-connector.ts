import type { ConnectErrorCode } from '../contract/connect-errors';
import type { Region } from '../contract/regions';
import type { Logger } from '../observability/logger';
import { connectWithin } from '../store/connections';
import { DatabaseUnavailable } from '../store/database';
import { firstSyncBegan, oweFirstSync } from '../store/owed-syncs';
import type { ScopedDatabase } from '../store/scoped-database';
import { scheduleDaily } from '../store/sync-schedules';
import type { TokenVault } from '../store/token-vault';
import type { Consenter, ConsentStates } from './consent-states';
import type { SyncStarter } from './sync-starter';

export type CodeExchange =
  | { kind: 'token'; refreshToken: string }
  | { kind: 'failed'; code: ConnectErrorCode };

/** Exchanges the code of a consent for a refresh token. */
export type ExchangeCode = (code: string) => Promise<CodeExchange>;

/** What Amazon sent the browser back with; nothing of it is known to be true but what the state says. */
export interface ConsentAnswer {
  state: string | undefined;
  sellerId: string | undefined;
  code: string | undefined;
  error: string | undefined;
}

export type ConnectOutcome =
  | { kind: 'syncing'; syncId: string }
  | { kind: 'failed'; code: ConnectErrorCode };

export interface SellerConnector {
  /** Ends an authorization: connects the seller and starts the first sync. Throws only faults of our own. */
  finish(consenter: Consenter, answer: ConsentAnswer): Promise<ConnectOutcome>;
}

interface SellerConnectorDeps {
  db: ScopedDatabase;
  vault: TokenVault;
  log: Logger;
  states: ConsentStates;
  syncs: SyncStarter;
  exchangeCode: ExchangeCode;
  /** The Selling Partner API's base URL for a region. */
  endpointOf: (region: Region) => string;
  newId: () => string;
  /** Epoch ms. */
  now: () => number;
}

/** Seller ids are some fourteen capital letters and digits; the form is checked, the truth cannot be. */
const SELLER_ID = /^[A-Z0-9]{5,32}$/;
const CODE = /^[\x21-\x7e]{1,4096}$/;

/**
 * Connects sellers who come back from Amazon. The order of the steps is such that whatever fails leaves either
 * nothing, and "start again", or a connection with its token whose first sync starts by itself: the state is used
 * up first, then the code is exchanged, then one transaction stores the connection, its daily sync and the note that
 * a first sync is owed; only then Temporal is asked.
 *
 * The seller's id comes as a plain value of the URL. It decides only whether this user's own connection of the
 * region goes on or a new one takes its place; the token alone decides whose data comes. Whoever forges it mixes up
 * rows of their own.
 */
export function createSellerConnector(deps: SellerConnectorDeps): SellerConnector {
  const { db, vault, log, states, syncs, exchangeCode, endpointOf, newId, now } = deps;

  async function connectSeller(
    { userKey, nonce }: Consenter,
    { state, sellerId, code, error }: ConsentAnswer,
  ): Promise<{ connectionId: string } | ConnectErrorCode> {
    if (state === undefined) return 'invalid_request';
    const verdict = await states.take(state, { userKey, nonce });
    if (verdict.kind === 'bad') return verdict.code;
    if (error !== undefined) {
      return error === 'access_denied' ? 'consent_declined' : 'amazon_refused';
    }
    if (sellerId === undefined || !SELLER_ID.test(sellerId)) return 'invalid_request';
    if (code === undefined || !CODE.test(code)) return 'invalid_request';
    const exchanged = await exchangeCode(code);
    if (exchanged.kind === 'failed') return exchanged.code;
    const { region } = verdict;
    const connectedAt = new Date(now());
    const connectionId = await db
      .ofUser(userKey)
      .transaction()
      .execute(async (trx) => {
        // The exchange takes seconds, in which the user may have had everything deleted.
        if (!(await states.stillCounts(trx, state))) return undefined;
        const connection = {
          id: newId(),
          userKey,
          sellerId,
          region,
          endpoint: endpointOf(region),
          marketplaceIds: null,
          refreshToken: exchanged.refreshToken,
        };
        const id = await connectWithin(trx, vault, connection, connectedAt);
        await scheduleDaily(trx, userKey, connectedAt);
        await oweFirstSync(trx, id, connectedAt);
        return id;
      });
    if (connectionId === undefined) return 'state_unknown';
    log.info({ userKey, connectionId, region }, 'Amazon connected');
    return { connectionId };
  }

  /** Whatever fails here fails nothing: the sync is owed, and starts later. */
  async function startFirstSync(userKey: string, connectionId: string): Promise<ConnectOutcome> {
    try {
      const start = await syncs.start(userKey, 'auto', 'connect');
      if (start.kind === 'running') return { kind: 'syncing', syncId: start.syncId };
      if (start.kind === 'started') {
        await firstSyncBegan(db.ofUser(userKey), [connectionId]).catch(() => {
          // The sync itself says so too, when it prepares.
        });
        return { kind: 'syncing', syncId: start.syncId };
      }
    } catch (error) {
      const cause = error instanceof Error ? error.name : typeof error;
      log.warn({ userKey, connectionId, cause }, 'the first sync starts later');
    }
    return { kind: 'failed', code: 'sync_delayed' };
  }

  return {
    async finish(consenter, answer) {
      try {
        const connected = await connectSeller(consenter, answer);
        if (typeof connected === 'string') return { kind: 'failed', code: connected };
        return await startFirstSync(consenter.userKey, connected.connectionId);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        log.warn({ userKey: consenter.userKey, full: error.isFull }, 'Amazon was not connected');
        return { kind: 'failed', code: error.isFull ? 'storage_full' : 'service_unavailable' };
      }
    },
  };
}
