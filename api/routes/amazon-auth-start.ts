import type Router from '@koa/router';
import { z } from 'zod';
import type { ApiDeps } from '../api-deps';
import { beginConsent, CONSENT_MESSAGE, ConsentQuery } from '../begin-consent';
import { endpoint } from '../endpoint';

const ConsentBegun = z.object({
  success: z.literal(true),
  authUrl: z.url(),
  state: z.string(),
  message: z.string(),
});

/** Begins connecting a seller. */
export function amazonAuthStart(router: Router, deps: ApiDeps): void {
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/v1/integrations/amazon/auth/start',
      operationId: 'startAmazonAuthorization',
      tag: 'Connection',
      summary: 'Begin connecting a seller',
      description:
        'Send the browser to `authUrl`, where the seller allows access. It comes back to the frontend. The `state` in ' +
        'the address is good once, for ten minutes, and only for this user in this browser: call this from the browser ' +
        'itself, with credentials, so that it keeps the cookie.',
      query: ConsentQuery,
      reply: ConsentBegun,
      example: {
        success: true,
        authUrl:
          'https://sellercentral.amazon.com/apps/authorize/consent?application_id=amzn1.sp.solution.1&state=Ykd1c2Vk',
        state: 'Ykd1c2Vk',
        message: CONSENT_MESSAGE,
      },
    },
    async ({ userKey, query, http }) => {
      const begun = await beginConsent(deps, http, userKey, query);
      return { success: true, ...begun, message: CONSENT_MESSAGE };
    },
  );
}
