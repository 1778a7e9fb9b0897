import type Router from '@koa/router';
import { z } from 'zod';
import { ALIASES } from '../aliases';
import type { ApiDeps } from '../api-deps';
import { openEndpoint } from '../endpoint';
import { openApiDocument } from '../openapi/openapi-document';
import type { OpenApiDocument } from '../openapi/openapi-types';

const Document = z.looseObject({ openapi: z.string() });

/** The OpenAPI document of the whole API. It is complete once all routes are there, so it is written when asked for. */
export function openApi(router: Router, deps: ApiDeps): void {
  let written: OpenApiDocument | undefined;
  openEndpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/openapi.json',
      operationId: 'getOpenApi',
      tag: 'Service',
      summary: 'Get this document',
      reply: Document,
    },
    async () => {
      written ??= openApiDocument({ ...deps, aliases: ALIASES });
      return { ...written };
    },
  );
}
