import type { Context } from 'koa';
import { z } from 'zod';
import { marketplaceOf } from '../contract/marketplaces';
import { Region } from '../contract/regions';
import type { ApiDeps } from './api-deps';
import { ApiError } from './api-error';

/** Where the seller sells, as far as whoever asks knows it: that decides on which of Amazon's pages they sign in. */
export const ConsentQuery = z.object({
  region: Region.optional().meta({
    description: 'Where the seller sells: North America, Europe or Far East.',
  }),
  marketplaceId: z
    .string()
    .refine((id) => marketplaceOf(id) !== null, 'is none of Amazon’s marketplaces')
    .optional()
    .meta({ description: 'One of the seller’s marketplaces, in place of the region.' }),
});
export type ConsentQuery = z.infer<typeof ConsentQuery>;

export const CONSENT_MESSAGE = 'Send the browser to the address to connect Amazon';

/** Begins an authorization for a user in this browser; returns the address of Amazon's consent page. */
export async function beginConsent(
  { connect }: Pick<ApiDeps, 'connect'>,
  http: Pick<Context, 'cookies'>,
  userKey: string,
  { region, marketplaceId }: ConsentQuery,
): Promise<{ authUrl: string; state: string }> {
  const ofMarketplace = marketplaceId === undefined ? undefined : marketplaceOf(marketplaceId);
  const chosen = region ?? ofMarketplace?.region ?? connect.defaultRegion;
  if (ofMarketplace != null && ofMarketplace.region !== chosen) {
    throw new ApiError('invalid_request', {
      message: `marketplaceId: ${ofMarketplace.name} is not in the region ${chosen}`,
    });
  }
  const { states, nonceCookie, addresses } = connect;
  const { state, nonce } = await states.begin({ userKey, nonce: nonceCookie.read(http) }, chosen);
  nonceCookie.write(http, nonce);
  return { authUrl: addresses.consentPage(state, chosen, marketplaceId), state };
}
