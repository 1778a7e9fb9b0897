import { z } from 'zod';
import type { CallApi } from './api-client';

/** One marketplace where the seller may sell. */
export interface MarketplaceParticipation {
  marketplaceId: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  name: string;
  /** `www.amazon.de`; of what is no marketplace of Amazon's something else. */
  domain: string;
  currency: string;
  isParticipating: boolean;
  hasSuspendedListings: boolean;
}

const Participations = z.object({
  payload: z.array(
    z.object({
      marketplace: z.object({
        id: z.string().min(1),
        countryCode: z.string(),
        name: z.string(),
        domainName: z.string(),
        defaultCurrencyCode: z.string(),
      }),
      participation: z.object({ isParticipating: z.boolean(), hasSuspendedListings: z.boolean() }),
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
    country: marketplace.countryCode,
    name: marketplace.name,
    domain: marketplace.domainName,
    currency: marketplace.defaultCurrencyCode,
    isParticipating: participation.isParticipating,
    hasSuspendedListings: participation.hasSuspendedListings,
  }));
}
