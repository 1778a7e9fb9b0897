import type Router from '@koa/router';
import { z } from 'zod';
import type { ApiDeps } from '../api-deps';
import { openEndpoint } from '../endpoint';

const Health = z.object({ status: z.literal('ok') });
const Readiness = z.object({ status: z.literal('ready') });

/** For load balancers: whether the process lives, and whether it can serve. No session. */
export function health(router: Router, deps: ApiDeps): void {
  openEndpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/healthz',
      operationId: 'getHealth',
      tag: 'Service',
      summary: 'Ask whether the process lives',
      reply: Health,
    },
    async () => ({ status: 'ok' }),
  );
  openEndpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/readyz',
      operationId: 'getReadiness',
      tag: 'Service',
      summary: 'Ask whether PostgreSQL and Temporal are in reach',
      reply: Readiness,
    },
    async () => {
      await deps.checkReadiness();
      return { status: 'ready' };
    },
  );
}
