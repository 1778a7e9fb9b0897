import { sql, type Transaction } from 'kysely';
import type { Region } from '../contract/regions';
import { recordAudit } from './audit-events';
import type { Database } from './database';
import type { Tables } from './tables';
import type { TokenVault } from './token-vault';

export interface Connection {
  id: string;
  userKey: string;
  sellerId: string;
  region: Region;
  endpoint: string;
  /** Where the seller sells in this region; empty while that is unknown. */
  marketplaceIds: readonly string[];
  /** When Amazon last told them; null while it has not been asked since the seller connected. */
  marketplacesLearnedAt: Date | null;
  status: 'connected' | 'reauthorization_required';
  /** When the seller first connected, and when it last gave the authorization. */
  createdAt: Date;
  authorizedAt: Date;
}

export interface NewConnection {
  id: string;
  userKey: string;
  sellerId: string;
  region: Region;
  endpoint: string;
  /** Null while nobody has asked Amazon: then those known before stay until the next sync has. */
  marketplaceIds: readonly string[] | null;
  refreshToken: string;
}

/**
 * Makes this the user's current connection for its region. The same seller keeps the connection, its rows and
 * its cursors, with the new token; another seller starts a new one, and the old one's rows are no longer shown.
 */
export function connect(
  db: Database,
  vault: TokenVault,
  connection: NewConnection,
  now: Date,
): Promise<string> {
  return db.transaction().execute((trx) => connectWithin(trx, vault, connection, now));
}

/** {@link connect} as a part of a transaction. */
export async function connectWithin(
  trx: Transaction<Tables>,
  vault: TokenVault,
  connection: NewConnection,
  now: Date,
): Promise<string> {
  const { userKey, region, sellerId, endpoint, marketplaceIds } = connection;
  // Two callbacks at once would both find no connection and both make one.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${userKey} ${region}`}, 0))`.execute(
    trx,
  );
  const existing = await trx
    .selectFrom('connections')
    .select(['id', 'seller_id', 'endpoint'])
    .where('user_key', '=', userKey)
    .where('region', '=', region)
    .where('status', '<>', 'disconnected')
    .forUpdate()
    .executeTakeFirst();
  const authorized = {
    marketplaces_learned_at: marketplaceIds === null ? null : now,
    status: 'connected',
    authorized_at: now,
    updated_at: now,
  } as const;
  if (existing?.seller_id === sellerId && existing.endpoint === endpoint) {
    await trx
      .updateTable('connections')
      .set({
        ...authorized,
        refresh_token: vault.seal(existing.id, connection.refreshToken),
        ...(marketplaceIds !== null && { marketplace_ids: [...marketplaceIds] }),
      })
      .where('id', '=', existing.id)
      .execute();
    await recordAudit(trx, {
      userKey,
      action: 'reauthorize',
      at: now,
      details: { region, connectionId: existing.id },
    });
    return existing.id;
  }
  if (existing !== undefined) {
    await disconnect(trx, existing.id, now);
  }
  await trx
    .insertInto('connections')
    .values({
      ...authorized,
      id: connection.id,
      user_key: userKey,
      seller_id: sellerId,
      region,
      endpoint,
      marketplace_ids: [...(marketplaceIds ?? [])],
      refresh_token: vault.seal(connection.id, connection.refreshToken),
      created_at: now,
    })
    .execute();
  await recordAudit(trx, {
    userKey,
    action: 'connect',
    at: now,
    details: {
      region,
      connectionId: connection.id,
      ...(existing !== undefined && { replaced: existing.id }),
    },
  });
  return connection.id;
}

/** The user's connections that still stand, at most one a region. */
export async function currentConnections(db: Database, userKey: string): Promise<Connection[]> {
  const rows = await db
    .selectFrom('connections')
    .select(['id', 'user_key', 'seller_id', 'region', 'endpoint', 'marketplace_ids', 'status'])
    .select(['marketplaces_learned_at', 'created_at', 'authorized_at'])
    .where('user_key', '=', userKey)
    .where('status', '<>', 'disconnected')
    .orderBy('region')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    userKey: row.user_key,
    sellerId: row.seller_id,
    region: row.region,
    endpoint: row.endpoint,
    marketplaceIds: row.marketplace_ids,
    marketplacesLearnedAt: row.marketplaces_learned_at,
    createdAt: row.created_at,
    authorizedAt: row.authorized_at,
    status: row.status === 'connected' ? 'connected' : 'reauthorization_required',
  }));
}

/** Where and with which refresh token a connection calls Amazon; undefined once it was disconnected. */
export async function connectionAccess(
  db: Database,
  vault: TokenVault,
  connectionId: string,
): Promise<ConnectionAccess | undefined> {
  const row = await db
    .selectFrom('connections')
    .select(['endpoint', 'refresh_token', 'authorized_at'])
    .where('id', '=', connectionId)
    .executeTakeFirst();
  if (row === undefined || row.refresh_token === null) return undefined;
  return {
    endpoint: row.endpoint,
    refreshToken: vault.open(connectionId, row.refresh_token),
    authorizedAt: row.authorized_at,
  };
}

export interface ConnectionAccess {
  endpoint: string;
  refreshToken: string;
  /** When the seller gave this token. */
  authorizedAt: Date;
}

/**
 * Amazon no longer accepts the token of an authorization: the seller has to connect again. Does nothing when the
 * seller has done so meanwhile. The sealed text would not tell: it changes with the key that seals it.
 */
export function requireReauthorization(
  db: Database,
  connectionId: string,
  authorizedAt: Date,
  now: Date,
): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const withdrawn = await trx
      .updateTable('connections')
      .set({ status: 'reauthorization_required', updated_at: now })
      .where('id', '=', connectionId)
      .where('authorized_at', '=', authorizedAt)
      .where('status', '=', 'connected')
      .returning(['user_key', 'region'])
      .executeTakeFirst();
    if (withdrawn === undefined) return;
    const { user_key: userKey, region } = withdrawn;
    await recordAudit(trx, {
      userKey,
      action: 'authorization_withdrawn',
      at: now,
      details: { by: 'amazon', region, connectionId },
    });
  });
}

/** Keeps where Amazon says that the seller of a connection sells. */
export async function keepMarketplaces(
  db: Database,
  connectionId: string,
  marketplaceIds: readonly string[],
  now: Date,
): Promise<void> {
  await db
    .updateTable('connections')
    .set({
      marketplace_ids: [...marketplaceIds],
      marketplaces_learned_at: now,
      updated_at: now,
    })
    .where('id', '=', connectionId)
    .where('status', '<>', 'disconnected')
    .execute();
}

/** Ends a connection: its token is gone, its rows are no longer shown, and its activities fetch nothing more. */
export async function disconnect(db: Database, connectionId: string, now: Date): Promise<void> {
  await db
    .updateTable('connections')
    .set({
      status: 'disconnected',
      refresh_token: null,
      first_sync_owed_at: null,
      updated_at: now,
    })
    .where('id', '=', connectionId)
    .execute();
}
