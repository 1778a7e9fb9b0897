import type { MarketplaceParticipation } from '../amazon/marketplace-participations';
import { marketplaceOf } from '../contract/marketplaces';
import type { Region } from '../contract/regions';

/** Where a seller sells, as far as this region's host can be asked about it. */
export interface RegionMarketplaces {
  marketplaceIds: string[];
  /** Regions of marketplaces that Amazon named beside those. */
  elsewhere: Region[];
}

/**
 * Sorts what Amazon says of a seller's marketplaces. It names some that are no marketplaces of Amazon's (`Non-Amazon`,
 * test ones): any request for those is refused. One that is new to us has a domain of Amazon's, and is in the region
 * whose host named it.
 */
export function marketplacesInRegion(
  participations: readonly MarketplaceParticipation[],
  region: Region,
): RegionMarketplaces {
  const marketplaceIds: string[] = [];
  const elsewhere = new Set<Region>();
  for (const { marketplaceId, domain, isParticipating } of participations) {
    if (!isParticipating) continue;
    const known = marketplaceOf(marketplaceId);
    if (known !== null && known.region !== region) elsewhere.add(known.region);
    else if (known !== null || domain.startsWith('www.amazon.')) marketplaceIds.push(marketplaceId);
  }
  return { marketplaceIds, elsewhere: [...elsewhere] };
}
