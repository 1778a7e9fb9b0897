import type Router from '@koa/router';
import { z } from 'zod';
import { CONNECT_ERRORS } from '../../contract/connect-errors';
import { CALLBACK_PATH } from '../amazon-addresses';
import type { ApiDeps } from '../api-deps';
import { openEndpoint } from '../endpoint';
import { Redirect } from '../replies';
import { connectFailed, orToFrontend, sessionOf } from '../return-to-frontend';

/** Never refused: a person stands before the browser, who is told on a page and not in JSON. */
const Value = z.string().optional().catch(undefined);
const Query = z.object({
  state: Value,
  selling_partner_id: Value,
  spapi_oauth_code: Value,
  error: Value,
});

const ERRORS = Object.entries(CONNECT_ERRORS)
  .map(([code, message]) => `- \`${code}\`: ${message}`)
  .join('\n');

/** Where Amazon sends the browser back to. */
export function amazonAuthCallback(router: Router, deps: ApiDeps): void {
  openEndpoint(
    router,
    deps,
    {
      method: 'GET',
      path: CALLBACK_PATH,
      operationId: 'finishAmazonAuthorization',
      tag: 'Connection',
      summary: 'Finish connecting a seller',
      description:
        'For the browser that comes back from Amazon, with the session that began. The connection is stored and its ' +
        `first sync started. Where that did not work, the error is one of:\n\n${ERRORS}`,
      query: Query,
      reply: z.never(),
      redirects:
        'The frontend’s `/sync?id=<syncId>` once connected, else its `/oauth/callback?error=<code>`.',
    },
    async ({ query, http }) => {
      const session = sessionOf(deps, http);
      if (session === undefined) return connectFailed(deps, 'unauthorized');
      const { connector, nonceCookie, frontendUrl } = deps.connect;
      const consenter = { userKey: session.userKey, nonce: nonceCookie.read(http) };
      return orToFrontend(deps, async () => {
        const outcome = await connector.finish(consenter, {
          state: query.state,
          sellerId: query.selling_partner_id,
          code: query.spapi_oauth_code,
          error: query.error,
        });
        switch (outcome.kind) {
          case 'syncing':
            return new Redirect(`${frontendUrl}/sync?id=${encodeURIComponent(outcome.syncId)}`);
          case 'failed':
            return connectFailed(deps, outcome.code);
          default:
            return outcome satisfies never;
        }
      });
    },
  );
}
