import type Router from '@koa/router';
import { z } from 'zod';
import { LOGIN_PATH } from '../amazon-addresses';
import type { ApiDeps } from '../api-deps';
import { openEndpoint } from '../endpoint';
import { Redirect } from '../replies';
import { connectFailed, orToFrontend, sessionOf } from '../return-to-frontend';

const Value = z.string().max(4_096).optional().catch(undefined);
const Query = z.object({
  amazon_callback_uri: Value,
  amazon_state: Value,
  selling_partner_id: Value,
  version: Value,
});

/** Where Amazon's app store sends sellers: they sign in here, and go back there with a state of ours. */
export function amazonAuthLogin(router: Router, deps: ApiDeps): void {
  openEndpoint(
    router,
    deps,
    {
      method: 'GET',
      path: LOGIN_PATH,
      operationId: 'continueAmazonAuthorization',
      tag: 'Connection',
      summary: 'Continue an authorization that began in Amazon’s app store',
      description:
        'The log-in URI to register with Amazon. The browser needs a session; from Amazon it comes back to the callback.',
      query: Query,
      reply: z.never(),
      redirects:
        '`amazon_callback_uri`, if that is Seller Central, else the frontend’s `/oauth/callback?error=<code>`.',
    },
    async ({ query, http }) => {
      const session = sessionOf(deps, http);
      if (session === undefined) return connectFailed(deps, 'unauthorized');
      const { amazon_callback_uri: callbackUri, amazon_state: amazonState } = query;
      if (callbackUri === undefined || amazonState === undefined) {
        return connectFailed(deps, 'invalid_request');
      }
      const { addresses, states, nonceCookie } = deps.connect;
      const region = addresses.regionOfCallback(callbackUri);
      // Else anybody could have us send people and their states anywhere.
      if (region === null) return connectFailed(deps, 'untrusted_callback');
      return orToFrontend(deps, async () => {
        const consenter = { userKey: session.userKey, nonce: nonceCookie.read(http) };
        const { state, nonce } = await states.begin(consenter, region);
        nonceCookie.write(http, nonce);
        const isBeta = query.version === 'beta';
        return new Redirect(addresses.storeCallback(callbackUri, { amazonState, state, isBeta }));
      });
    },
  );
}
