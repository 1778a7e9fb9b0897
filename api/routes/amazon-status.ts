import type Router from '@koa/router';
import { ConnectionStatus } from '../../contract/connection-status';
import type { ApiDeps } from '../api-deps';
import { connectionStatusOf } from '../connection-status';
import { endpoint } from '../endpoint';

/** What of Amazon is connected. */
export function amazonStatus(router: Router, deps: ApiDeps): void {
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/v1/integrations/amazon/status',
      operationId: 'getAmazonConnection',
      tag: 'Connection',
      summary: 'Tell what is connected',
      description:
        'One entry for each of Amazon’s regions that the seller has connected. `connected` says whether anything can be ' +
        'synced; `action` what the seller has to do, where Amazon withdrew an authorization.',
      reply: ConnectionStatus,
      example: {
        success: true,
        connected: true,
        connections: [
          {
            region: 'eu',
            regionName: 'Europe',
            status: 'connected',
            sellerId: 'A1EXAMPLESELLER',
            marketplaces: [{ id: 'A1PA6795UKMFR9', name: 'Amazon.de', country: 'DE' }],
            connectedAt: '2026-01-15T09:30:00.000Z',
            authorizedAt: '2026-01-15T09:30:00.000Z',
            authorizationEndsAt: '2027-01-15T09:30:00.000Z',
            action: null,
          },
        ],
      },
    },
    ({ userKey }) => connectionStatusOf(deps.db.ofUser(userKey), userKey),
  );
}
