import type { ConnectionStatus } from '../contract/connection-status';
import { marketplaceOf } from '../contract/marketplaces';
import { REGION_NAMES } from '../contract/region-names';
import { type Connection, currentConnections } from '../store/connections';
import type { Database } from '../store/database';

/** A seller's authorization ends a year after it was given (SP-API documentation, "Authorization"). */
const AUTHORIZATION_MS = 365 * 24 * 60 * 60_000;

/**
 * What is connected, by what is stored. An access token that has expired, or an Amazon that is away, says nothing
 * about that; a token that could not be stored has left no connection.
 */
export async function connectionStatusOf(db: Database, userKey: string): Promise<ConnectionStatus> {
  const connections = await currentConnections(db, userKey);
  return {
    success: true,
    connected: connections.some(({ status }) => status === 'connected'),
    connections: connections.map(infoOf),
  };
}

function infoOf(connection: Connection): ConnectionStatus['connections'][number] {
  const { region, status, sellerId, marketplaceIds, createdAt, authorizedAt } = connection;
  return {
    region,
    regionName: REGION_NAMES[region],
    status,
    sellerId,
    marketplaces: marketplaceIds.map((id) => {
      const marketplace = marketplaceOf(id);
      return { id, name: marketplace?.name ?? id, country: marketplace?.country ?? null };
    }),
    connectedAt: createdAt.toISOString(),
    authorizedAt: authorizedAt.toISOString(),
    authorizationEndsAt: new Date(authorizedAt.getTime() + AUTHORIZATION_MS).toISOString(),
    action:
      status === 'connected' ? null : 'Amazon withdrew the authorization. Connect Amazon again.',
  };
}
