import type { AnySchema, ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { z } from 'zod';

/** As much of a JSON Schema as requests are made of. */
export interface ValueSchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  anyOf?: ValueSchema[];
  properties?: Record<string, ValueSchema>;
  required?: string[];
}

const ValueSchema: z.ZodType<ValueSchema> = z.lazy(() =>
  z.looseObject({
    type: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    maxLength: z.number().optional(),
    anyOf: z.array(ValueSchema).optional(),
    properties: z.record(z.string(), ValueSchema).optional(),
    required: z.array(z.string()).optional(),
  }),
);

const Operation = z.looseObject({
  security: z.array(z.unknown()).optional(),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.enum(['path', 'query']), schema: ValueSchema }))
    .default([]),
  requestBody: z
    .looseObject({ content: z.object({ 'application/json': z.object({ schema: ValueSchema }) }) })
    .optional(),
  responses: z.record(
    z.string(),
    z.looseObject({ content: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const Document = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(z.enum(['get', 'post', 'put', 'delete']), Operation.optional()),
  ),
});

/** One operation of an API, as its own OpenAPI document has it. */
export interface DescribedOperation extends z.infer<typeof Operation> {
  method: string;
  /** With `{name}` for a parameter. */
  path: string;
  /** What is wrong with an answer by the document; undefined where it conforms. */
  faultOf(answer: Answer): string | undefined;
}

export interface Answer {
  status: number;
  /** Without its parameters; empty where there is none. */
  contentType: string;
  body: string;
}

/** Where the document has its id while answers are checked; nothing is asked for there. */
const HOME = 'https://document.test/';

/** Reads a document, and makes checks of it. */
export function describedOperations(document: unknown): DescribedOperation[] {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats(ajv);
  const schema: AnySchema = { ...Document.parse(document), $id: HOME };
  ajv.addSchema(schema);
  const operations: DescribedOperation[] = [];
  for (const [path, item] of Object.entries(Document.parse(document).paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (operation === undefined) continue;
      const validator = (status: number, type: string) =>
        ajv.getSchema(
          `${HOME}#${['', 'paths', path, method, 'responses', String(status), 'content', type, 'schema'].map(pointer).join('/')}`,
        );
      operations.push({
        ...operation,
        method: method.toUpperCase(),
        path,
        faultOf: (answer) => faultOf(operation.responses, answer, validator),
      });
    }
  }
  return operations;
}

/** A part of a JSON pointer in a URL. */
function pointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function faultOf(
  responses: z.infer<typeof Operation>['responses'],
  { status, contentType, body }: Answer,
  validator: (status: number, type: string) => ValidateFunction | undefined,
): string | undefined {
  const documented = responses[String(status)];
  if (documented === undefined) return `the status ${status} is not documented`;
  // What a browser that does not follow a redirect would show is nobody's contract.
  if (status === 302) return undefined;
  const types = Object.keys(documented.content ?? {});
  if (types.length === 0) return body === '' ? undefined : `${status} is documented without a body`;
  if (!types.includes(contentType))
    return `${status} as ${contentType}, not as ${types.join(' or ')}`;
  if (contentType === 'text/csv') return undefined;
  const texts = contentType === 'text/event-stream' ? messagesOf(body) : [body];
  const validate = validator(status, contentType);
  if (validate === undefined) return `${status} has no schema`;
  for (const text of texts) {
    if (!validate(JSON.parse(text))) return `${status}: ${JSON.stringify(validate.errors)}`;
  }
  return undefined;
}

/** The data of whole messages. */
function messagesOf(body: string): string[] {
  return body
    .split('\n\n')
    .slice(0, -1)
    .flatMap((message) => /^data: (.*)$/m.exec(message)?.[1] ?? []);
}
