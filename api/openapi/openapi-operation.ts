import { z } from 'zod';
import type { Endpoint } from '../endpoint';
import { errorResponses } from './error-responses';
import type { MediaType, Operation, Parameter, Response } from './openapi-types';
import type { JsonSchema, SchemaSet } from './schema-set';

const REQUEST_ID = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } };

/** An endpoint's part of the document. */
export function openApiOperation(endpoint: Endpoint, schemas: SchemaSet): Operation {
  const parameters = [
    ...parametersOf('path', endpoint.params, schemas),
    ...parametersOf('query', endpoint.query, schemas),
  ];
  const { operationId, tag, summary, description, body, deprecated, session } = endpoint;
  const words = [
    ...(deprecated === undefined ? [] : [`Kept for older clients. Use \`${deprecated}\`.`]),
    ...(description === undefined ? [] : [description]),
  ].join('\n\n');
  return {
    operationId,
    tags: [tag],
    summary,
    ...(words !== '' && { description: words }),
    ...(deprecated !== undefined && { deprecated: true }),
    ...(!session && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: {
        // A body that is left out counts as `{}`.
        required: !body.safeParse({}).success,
        content: { 'application/json': { schema: schemas.of(body, 'input') } },
      },
    }),
    responses: { ...successes(endpoint, schemas), ...errorResponses(endpoint) },
  };
}

function successes(endpoint: Endpoint, schemas: SchemaSet): Record<string, Response> {
  const { events, redirects, reply, csv, example, revision } = endpoint;
  const schema = schemas.of(reply, 'output');
  const json: MediaType = { schema, ...(example !== undefined && { example }) };
  const responses: Record<string, Response> = {};
  if (events) {
    responses[200] = {
      description: 'Server-sent events; the `data` of each is JSON of this form.',
      headers: REQUEST_ID,
      content: { 'text/event-stream': { schema } },
    };
    responses[204] = {
      description: 'The client has seen the last event (`Last-Event-ID`): it need not come back.',
    };
  } else if (!(reply instanceof z.ZodNever)) {
    responses[200] = {
      description: csv ? 'The rows, or with `format=csv` a file of all of them' : 'Done',
      headers: { ...REQUEST_ID, ...(revision && { ETag: { $ref: '#/components/headers/ETag' } }) },
      content: {
        'application/json': json,
        ...(csv && { 'text/csv': { schema: { type: 'string' } } }),
      },
    };
  }
  if (revision !== undefined) {
    responses[304] = {
      description: 'Nothing has changed since the reply whose `ETag` came as `If-None-Match`.',
    };
  }
  if (redirects !== undefined) {
    responses[302] = {
      description: redirects,
      headers: { ...REQUEST_ID, Location: { $ref: '#/components/headers/Location' } },
    };
  }
  return responses;
}

function parametersOf(
  where: 'path' | 'query',
  schema: z.ZodType | undefined,
  schemas: SchemaSet,
): Parameter[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = Parameters.parse(schemas.of(schema, 'input'));
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(typeof description === 'string' && { description }),
    schema: rest,
  }));
}

/** Parameters are the properties of an object. */
const Parameters = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.custom<JsonSchema>()).optional(),
  required: z.array(z.string()).optional(),
});
