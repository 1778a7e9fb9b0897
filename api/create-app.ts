import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import Koa, { type Context } from 'koa';
import bodyParser from 'koa-bodyparser';
import { withLogFields } from '../observability/log-context';
import { NO_TRACER } from '../observability/tracer';
import { admission } from './admission';
import { aliases } from './aliases';
import type { ApiDeps } from './api-deps';
import { ApiError } from './api-error';
import type { ApiState } from './api-state';
import { cors } from './cors';
import { observeRequests } from './observe-requests';
import { checkOrigin, isSafe } from './origin-check';
import { renderErrors } from './render-errors';
import { amazonAuthCallback } from './routes/amazon-auth-callback';
import { amazonAuthLogin } from './routes/amazon-auth-login';
import { amazonAuthStart } from './routes/amazon-auth-start';
import { amazonStatus } from './routes/amazon-status';
import { audit } from './routes/audit';
import { cancelSync } from './routes/cancel-sync';
import { claims } from './routes/claims';
import { connectAliases } from './routes/connect-aliases';
import { dailySchedule } from './routes/daily-schedule';
import { disconnect } from './routes/disconnect';
import { health } from './routes/health';
import { inventory } from './routes/inventory';
import { laterLists } from './routes/later-lists';
import { openApi } from './routes/openapi';
import { orders } from './routes/orders';
import { startSync } from './routes/start-sync';
import { summary } from './routes/summary';
import { syncHistory } from './routes/sync-history';
import { syncProgress } from './routes/sync-progress';
import { syncStatus } from './routes/sync-status';
import { webhooks } from './routes/webhooks';
import { securityHeaders } from './security-headers';
import { oncePerRequest, type ReadSession } from './session';
import { type StaticFiles, serveStatic } from './static-files';
import { traceRequests } from './trace-requests';

export type Route = (router: Router, deps: ApiDeps) => void;

const ROUTES: readonly Route[] = [
  amazonAuthStart,
  amazonAuthCallback,
  amazonAuthLogin,
  amazonStatus,
  connectAliases,
  startSync,
  syncStatus,
  cancelSync,
  syncHistory,
  syncProgress,
  orders,
  inventory,
  claims,
  laterLists,
  summary,
  dailySchedule,
  webhooks,
  disconnect,
  audit,
  health,
  openApi,
];

const HEALTH = new Set(['/healthz', '/readyz']);

/**
 * 100 at once keep 20 database connections and one to Temporal busy. Browsers and load balancers give up after
 * 30 to 60 s.
 */
const LIMITS = { concurrent: 100, waiting: 5_000, patienceMs: 25_000 };

export interface AppOptions {
  /** Requests of one user that are worked on or wait. */
  requestsPerUser: number;
  /** Exact origins that may send requests which change state. */
  allowedOrigins: readonly string[];
  /** Served to anybody, by their paths. */
  files: StaticFiles;
  /** Routes that only a development stack has. */
  moreRoutes?: readonly Route[];
}

/** All routes. `more` adds those that only a development stack has. */
export function createRouter(deps: ApiDeps, more: readonly Route[] = []): Router {
  const router = new Router();
  for (const route of [...ROUTES, ...more]) route(router, deps);
  return router;
}

/** The HTTP side of the service. */
export function createApp(deps: ApiDeps, options: AppOptions): Koa<ApiState> {
  const { allowedOrigins, files, moreRoutes, requestsPerUser } = options;
  const app = new Koa<ApiState>();
  const readSession = oncePerRequest(deps.readSession);
  const router = createRouter({ ...deps, readSession }, moreRoutes);

  app.use(async (ctx, next) => {
    ctx.state.requestId = randomUUID();
    ctx.set('X-Request-Id', ctx.state.requestId);
    // Errors too: a 404 may be kept by a cache that is not told otherwise.
    ctx.set('Cache-Control', 'no-store');
    await withLogFields({ requestId: ctx.state.requestId }, next);
  });
  app.use(observeRequests(deps.observer));
  if (deps.tracer !== NO_TRACER) app.use(traceRequests(deps.tracer, (path) => HEALTH.has(path)));
  app.use(securityHeaders(deps.publicUrl));
  app.use(renderErrors(deps.log));
  app.use(serveStatic(files));
  app.use(cors(allowedOrigins));
  app.use(checkOrigin(allowedOrigins));
  app.use(aliases());
  const parseBody = bodyParser({
    enableTypes: ['json'],
    jsonLimit: '16kb',
    onerror: (error) => {
      const tooLarge = 'status' in error && error.status === 413;
      throw new ApiError('invalid_request', {
        message: tooLarge ? 'The body is larger than 16 KB.' : 'The body is not valid JSON.',
        ...(tooLarge && { httpStatus: 413 }),
      });
    },
  });
  // The content of a GET has no meaning (RFC 9110, section 9.3.1), so it is not even read.
  app.use((ctx, next) => (isSafe(ctx.method) ? next() : parseBody(ctx, next)));
  const admit = admission({ ...LIMITS, perUser: requestsPerUser }, (ctx) =>
    userOf(readSession, ctx),
  );
  // After the body has arrived: who sends it slowly, signed in or not, must not hold a place.
  // Health is asked for just when there is a crowd.
  app.use((ctx, next) => (HEALTH.has(ctx.path) ? next() : admit(ctx, next)));
  app.use(router.routes());
  // Koa reports here what happens after an answer has begun, such as a client that left.
  app.on('error', (error: unknown) => {
    deps.log.debug({ error: error instanceof Error ? error.name : 'Error' }, 'response broke off');
  });
  return app;
}

/** Undefined without a session: whether one is needed is for the endpoint to say. */
function userOf(readSession: ReadSession, ctx: Context): string | undefined {
  try {
    return readSession(ctx).userKey;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
