import type { Region } from '../contract/regions';
import { regionOfSellerCentral, sellerCentralHost } from '../contract/seller-central';

export const CALLBACK_PATH = '/api/v1/integrations/amazon/auth/callback';
export const LOGIN_PATH = '/api/v1/integrations/amazon/auth/login';

export interface AmazonAddressSettings {
  publicUrl: string;
  applicationId: string;
  /** Whether the application is a draft at Amazon. */
  isDraft: boolean;
  defaultRegion: Region;
  /** The consent page in place of Seller Central's; for a local Amazon. */
  consentUrl: string | undefined;
}

/** Where sellers are sent at Amazon, and where Amazon sends them. */
export interface AmazonAddresses {
  redirectUri: string;
  consentPage(state: string, region: Region, marketplaceId?: string): string;
  /** The region of a callback URI of Amazon's app store; null where it does not lead to Seller Central. */
  regionOfCallback(callbackUri: string): Region | null;
  /** That URI with what Amazon wants to be given back. */
  storeCallback(callbackUri: string, values: StoreValues): string;
}

export interface StoreValues {
  amazonState: string;
  state: string;
  /** Amazon says so of an application that is a draft. */
  isBeta: boolean;
}

export function createAmazonAddresses(settings: AmazonAddressSettings): AmazonAddresses {
  const { publicUrl, applicationId, isDraft, defaultRegion, consentUrl } = settings;
  const redirectUri = publicUrl + CALLBACK_PATH;
  return {
    redirectUri,
    consentPage(state, region, marketplaceId) {
      const host = sellerCentralHost(region, marketplaceId);
      return withValues(consentUrl ?? `https://${host}/apps/authorize/consent`, {
        application_id: applicationId,
        state,
        redirect_uri: redirectUri,
        ...(isDraft && { version: 'beta' }),
      });
    },
    regionOfCallback(callbackUri) {
      if (!URL.canParse(callbackUri)) return null;
      const url = new URL(callbackUri);
      if (consentUrl !== undefined && url.origin === new URL(consentUrl).origin) {
        return defaultRegion;
      }
      // The host with its port and nothing before it: `https://amazon@evil.example` leads to the latter.
      if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
      return regionOfSellerCentral(url.host);
    },
    storeCallback: (callbackUri, { amazonState, state, isBeta }) =>
      withValues(callbackUri, {
        amazon_state: amazonState,
        state,
        redirect_uri: redirectUri,
        ...(isBeta && { version: 'beta' }),
      }),
  };
}

/** The URL with these values in its query, beside those that it has. */
export function withValues(base: string, values: Record<string, string>): string {
  const url = new URL(base);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.href;
}
