import { z } from 'zod';
import { Region } from './regions';

/** A marketplace in which the seller sells. */
export const MarketplaceInfo = z.object({
  id: z.string(),
  name: z.string(),
  /** ISO 3166-1 alpha-2; null for one that is new to us. */
  country: z.string().nullable(),
});

/** One seller account in one region. */
export const ConnectionInfo = z.object({
  region: Region,
  regionName: z.string(),
  status: z.enum(['connected', 'reauthorization_required']),
  sellerId: z.string(),
  /** Empty until the first sync has asked Amazon. */
  marketplaces: z.array(MarketplaceInfo),
  connectedAt: z.iso.datetime(),
  /** When the seller last allowed access; it lasts a year. */
  authorizedAt: z.iso.datetime(),
  authorizationEndsAt: z.iso.datetime(),
  /** What the seller should do; null where nothing is to be done. */
  action: z.string().nullable(),
});

export const ConnectionStatus = z.object({
  success: z.literal(true),
  /** Whether anything can be synced. */
  connected: z.boolean(),
  connections: z.array(ConnectionInfo),
});
export type ConnectionStatus = z.infer<typeof ConnectionStatus>;
