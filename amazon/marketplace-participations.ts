import { z } from 'zod';
import type { CallApi } from './api-client';

/** One marketplace where the seller may sell. */
export interface MarketplaceParticipation {
  marketplaceId: string;
  /** `www.amazon.de`; of what is no marketplace of Amazon's something else. */
  domain: string;
  isParticipating: boolean;
}

/** Of an answer that has more, which may be missing. */
const Participations = z.object({
  payload: z.array(
    z.object({
      marketplace: z.object({ id: z.string().min(1), domainName: z.string() }),
      participation: z.object({ isParticipating: z.boolean() }),
    }),
  ),
});

/** Where the seller sells, in the region of the connection's host. */
export async function marketplaceParticipations(
  call: CallApi,
  signal: AbortSignal,
): Promise<MarketplaceParticipation[]> {
  const { value } = await call(
    {
      operation: 'getMarketplaceParticipations',
      path: '/sellers/v1/marketplaceParticipations',
      answer: Participations,
    },
    signal,
  );
  return value.payload.map(({ marketplace, participation }) => ({
    marketplaceId: marketplace.id,
    domain: marketplace.domainName,
    isParticipating: participation.isParticipating,
  }));
}
