import { ApiErrorBody } from '../../contract/api-errors';
import type { Alias } from '../aliases';
import type { Endpoint, EndpointTag } from '../endpoint';
import { openApiOperation } from './openapi-operation';
import type { OpenApiDocument, PathItem } from './openapi-types';
import { openApiWebhook } from './openapi-webhook';
import { createSchemaSet } from './schema-set';

export interface DescribedApi {
  endpoints: readonly Endpoint[];
  aliases: readonly Alias[];
  /** Where the service is reached. */
  publicUrl: string;
}

const TAGS: Record<EndpointTag, string> = {
  Connection: 'Connecting an Amazon seller account, and disconnecting it',
  Sync: 'Starting a sync, watching it, cancelling it, and what past ones did',
  Data: 'Orders, inventory, claims (FBA reimbursements) and returns as they were last synced',
  Schedule: 'The daily sync',
  Webhooks: 'Calls to an address of yours when a sync ends',
  Service: 'For load balancers and tools',
};

const ABOUT = `Syncs a seller's Amazon orders, inventory, claims (FBA reimbursements) and returns, and gives them to read.

A session says who the user is, and nothing else does: the cookie \`session_token\`, or \`Authorization: Bearer\`.
A request that changes state and has an \`Origin\` must have an allowed one.

Times are ISO 8601 in UTC, amounts decimal strings. Unknown values are null. An answer may get further fields.`;

/** The OpenAPI 3.1 document, from the same schemas that requests and replies are checked against. */
export function openApiDocument({ endpoints, aliases, publicUrl }: DescribedApi): OpenApiDocument {
  const schemas = createSchemaSet();
  schemas.of(ApiErrorBody, 'output');
  const paths: Record<string, PathItem> = {};
  for (const endpoint of [...endpoints, ...aliases.map((alias) => aliased(alias, endpoints))]) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [endpoint.method.toLowerCase()]: openApiOperation(endpoint, schemas),
    };
  }
  const webhook = openApiWebhook(schemas);
  const used = new Set(endpoints.map(({ tag }) => tag));
  return {
    openapi: '3.1.1',
    info: { title: 'Amazon sync service', version: '1.0.0', description: ABOUT },
    servers: [{ url: publicUrl }],
    security: [{ sessionCookie: [] }, { bearer: [] }],
    tags: Object.entries(TAGS)
      .map(([name, description]) => ({ name, description }))
      .filter(({ name }) => [...used].some((tag) => tag === name)),
    paths,
    webhooks: { syncEnded: webhook },
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
      headers: {
        'X-Request-Id': {
          description: 'Names the request in the log of the service, for support',
          schema: { type: 'string' },
        },
        'Retry-After': {
          description: 'Seconds after which to ask again',
          schema: { type: 'integer' },
        },
        ETag: {
          description:
            'Of what is shown; absent while a sync runs. Send it as `If-None-Match` the next time',
          schema: { type: 'string' },
        },
        Location: { description: 'Where to go', schema: { type: 'string', format: 'uri' } },
      },
      securitySchemes: {
        sessionCookie: { type: 'apiKey', in: 'cookie', name: 'session_token' },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

/** An older path as an endpoint of its own. */
function aliased({ method, path, to }: Alias, endpoints: readonly Endpoint[]): Endpoint {
  const target = endpoints.find((one) => one.method === to.method && one.path === to.path);
  if (target === undefined) throw new Error(`${path} stands for ${to.path}, which is not there`);
  const words = path.match(/\w+/g) ?? [];
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return {
    ...target,
    method,
    path,
    operationId: `${method.toLowerCase()}${name}`,
    ...(method === 'GET' && {
      description: 'A sync that was cancelled has the status `failed` here.',
    }),
    deprecated: to.method === method ? to.path : `${to.method} ${to.path}`,
  };
}
