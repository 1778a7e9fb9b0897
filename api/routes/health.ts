import type Router from '@koa/router';
import type { ApiDeps } from '../api-deps';

/** For load balancers: whether the process lives, and whether it can serve. No session. */
export function health(router: Router, { checkReadiness }: ApiDeps): void {
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  router.get('/readyz', async (ctx) => {
    await checkReadiness();
    ctx.body = { status: 'ready' };
  });
}
