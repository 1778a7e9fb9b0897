import type Router from '@koa/router';
import { marketplaceOf } from './marketplaces';
import { type SandboxWorld, spApiOperation } from './sp-api-operation';

/** Sellers v1: where the seller sells. */
export function serveSellers(router: Router, world: SandboxWorld): void {
  router.get(
    '/sellers/v1/marketplaceParticipations',
    spApiOperation(world, 'getMarketplaceParticipations', ({ seller }) => ({
      status: 200,
      body: {
        payload: seller.marketplaceIds.map(marketplaceOf).map((marketplace) => ({
          marketplace: {
            id: marketplace.id,
            name: marketplace.name,
            countryCode: marketplace.country,
            defaultCurrencyCode: marketplace.currency,
            defaultLanguageCode: marketplace.language,
            domainName: `www.${marketplace.name.toLowerCase()}`,
          },
          participation: { isParticipating: true, hasSuspendedListings: false },
          storeName: 'Sandbox Store',
        })),
      },
    })),
  );
}
