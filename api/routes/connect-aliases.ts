import type Router from '@koa/router';
import { z } from 'zod';
import type { ApiDeps } from '../api-deps';
import { beginConsent, CONSENT_MESSAGE, ConsentQuery } from '../begin-consent';
import { connectionStatusOf } from '../connection-status';
import { endpoint, openEndpoint } from '../endpoint';
import { Redirect } from '../replies';
import { connectFailed, sessionOf } from '../return-to-frontend';

const START = 'GET /api/v1/integrations/amazon/auth/start';

const Begun = z.object({ auth_url: z.url(), state: z.string(), message: z.string() });

const Status = z.object({
  amazon_connected: z.boolean(),
  docs_connected: z.literal(false),
  /** Whether each provider is connected. */
  providers: z.object({ amazon: z.boolean() }),
});

/** What existing frontends call to connect a seller, with bodies of their own. */
export function connectAliases(router: Router, deps: ApiDeps): void {
  for (const [path, operationId] of [
    ['/auth/amazon/start', 'startAmazonAuthorizationOld'],
    ['/api/v1/integrations/connect-amazon', 'connectAmazonOld'],
  ] as const) {
    openEndpoint(
      router,
      deps,
      {
        method: 'GET',
        path,
        operationId,
        tag: 'Connection',
        summary: 'Begin connecting a seller, for existing frontends',
        description:
          'JSON with the address of Amazon’s consent page; a browser that opens this itself is sent there.',
        query: ConsentQuery,
        reply: Begun,
        redirects: 'Amazon’s consent page, where the client wants HTML.',
        errors: ['unauthorized'],
        deprecated: START,
      },
      async ({ query, http }) => {
        const wantsPage = http.accepts('json', 'html') === 'html';
        if (wantsPage && sessionOf(deps, http) === undefined) {
          return connectFailed(deps, 'unauthorized');
        }
        const { userKey } = deps.readSession(http);
        const { authUrl, state } = await beginConsent(deps, http, userKey, query);
        if (wantsPage) return new Redirect(authUrl);
        return { auth_url: authUrl, state, message: CONSENT_MESSAGE };
      },
    );
  }
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/v1/integrations/status',
      operationId: 'getIntegrationsOld',
      tag: 'Connection',
      summary: 'Tell whether Amazon is connected, for existing frontends',
      reply: Status,
      deprecated: 'GET /api/v1/integrations/amazon/status',
    },
    async ({ userKey }) => {
      const { connected } = await connectionStatusOf(deps.db.ofUser(userKey), userKey);
      return {
        amazon_connected: connected,
        docs_connected: false,
        providers: { amazon: connected },
      };
    },
  );
}
