import { ALIASES } from '../api/aliases';
import { composeApi } from '../api/api-process';
import { createRouter } from '../api/create-app';
import { type DescribedApi, openApiDocument } from '../api/openapi/openapi-document';
import type { OpenApiDocument } from '../api/openapi/openapi-types';
import { createLogger } from '../observability/logger';
import { readApiSettings } from '../settings/api-settings';

/** Settings that parse; nothing is called at these addresses. */
const SETTINGS = {
  PUBLIC_URL: 'https://sync.example.com',
  FRONTEND_URL: 'https://app.example.com',
  DATABASE_URL: 'postgres://127.0.0.1:1/none',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  SESSION_JWT_SECRET: 'a secret that signs nothing, long enough to be one',
  TOKEN_ENCRYPTION_KEYS: `none:${Buffer.alloc(32).toString('base64')}`,
  AMAZON_CLIENT_ID: 'none',
  AMAZON_CLIENT_SECRET: 'none',
  AMAZON_APPLICATION_ID: 'none',
};

export interface ApiDescription extends DescribedApi {
  document: OpenApiDocument;
  /** Every route of the router, as `GET /path/:parameter`. */
  routes: string[];
}

/** What the API is, without running it: its routes are made, and no server is called. */
export async function describeApi(): Promise<ApiDescription> {
  const log = createLogger('api', 'silent');
  const { deps, close } = composeApi(readApiSettings(SETTINGS), { log });
  const router = createRouter(deps);
  const { endpoints, publicUrl } = deps;
  const api = { endpoints, publicUrl, aliases: ALIASES };
  const routes = router.stack.flatMap(({ methods, path }) =>
    // The router answers HEAD for every GET by itself.
    methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${String(path)}`),
  );
  await close();
  return { ...api, document: openApiDocument(api), routes };
}
