import type {
  MediaType,
  OpenApiDocument,
  Operation,
  Parameter,
  Response,
} from '../api/openapi/openapi-types';
import type { JsonSchema } from '../api/openapi/schema-set';
import { API_ERRORS } from '../contract/api-errors';
import { propertyRows, typeOf } from './schema-markdown';

const METHODS = ['get', 'post', 'put', 'delete'] as const;

interface Route {
  method: string;
  path: string;
  operation: Operation;
}

/** The API as a page of Markdown, for people who read a repository. */
export function apiMarkdown(document: OpenApiDocument): string {
  const routes = routesOf(document);
  const current = routes.filter(({ operation }) => !operation.deprecated);
  const older = routes.filter(({ operation }) => operation.deprecated);
  return [
    '# API',
    '<!-- Written by `npm run docs` from the OpenAPI document; edit the endpoints, not this file. -->',
    document.info.description,
    'A running service gives the same as OpenAPI 3.1 at `/openapi.json`, and to try out at `/docs`.',
    ...document.tags.flatMap(({ name, description }) => [
      `## ${name}`,
      `${description}.`,
      ...current.filter(({ operation }) => operation.tags.includes(name)).map(routeText),
    ]),
    '## Errors',
    'Every error is an [ApiErrorBody](#apierrorbody); a 429 and a 503 say in `Retry-After` when to ask again.',
    table(
      ['Status', 'Code', 'Message'],
      Object.entries(API_ERRORS).map(([code, { status, message }]) => [
        String(status),
        `\`${code}\``,
        message,
      ]),
    ),
    '## Older paths',
    'Kept for existing clients; each answers as the one that it stands for.',
    table(
      ['Request', 'In its place'],
      older.map(({ method, path, operation }) => [
        `\`${method} ${path}\``,
        /Use (`[^`]+`)/.exec(operation.description ?? '')?.[1] ?? '',
      ]),
    ),
    '## Schemas',
    ...Object.entries(document.components.schemas).map(([name, schema]) =>
      schemaText(name, schema),
    ),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function routesOf({ paths }: OpenApiDocument): Route[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }];
    }),
  );
}

function routeText({ method, path, operation }: Route): string {
  const { summary, description, parameters = [], requestBody, responses, security } = operation;
  return [
    `### ${method} ${path}`,
    `${summary}.${security?.length === 0 ? ' No session.' : ''}`,
    ...(description === undefined ? [] : [description]),
    ...(parameters.length === 0 ? [] : [parametersText(parameters)]),
    ...(requestBody === undefined ? [] : [bodyText(requestBody.content)]),
    responsesText(responses),
    ...examplesOf(responses),
  ].join('\n\n');
}

function parametersText(parameters: readonly Parameter[]): string {
  return table(
    ['Parameter', 'In', 'Type', 'What it is'],
    parameters.map(({ name, in: where, schema, description }) => [
      `\`${name}\``,
      where,
      typeOf(schema),
      description ?? '',
    ]),
  );
}

function bodyText(content: Record<string, MediaType>): string {
  const [type = '', { schema }] = Object.entries(content)[0] ?? ['', { schema: {} }];
  return [
    `Body (\`${type}\`):`,
    table(['Property', 'Type', 'What it is'], propertyRows(schema)),
  ].join('\n\n');
}

function responsesText(responses: Record<string, Response>): string {
  const all = Object.entries(responses);
  const answers = all.filter(([status]) => Number(status) < 400);
  const errors = all.filter(([status]) => Number(status) >= 400);
  return [
    table(
      ['Status', 'Answer'],
      answers.map(([status, response]) => [status, answerOf(response)]),
    ),
    `Errors: ${errors.flatMap(([status, response]) => codesOf(response).map((code) => `${status} \`${code}\``)).join(', ')}.`,
  ].join('\n\n');
}

function answerOf({ description, content = {} }: Response): string {
  const bodies = Object.entries(content).map(
    ([type, { schema }]) => `${typeOf(schema)} as ${type}`,
  );
  return [description, ...bodies].join('; ');
}

function codesOf({ content = {} }: Response): string[] {
  return Object.keys(content['application/json']?.examples ?? {});
}

function examplesOf(responses: Record<string, Response>): string[] {
  const example = responses[200]?.content?.['application/json']?.example;
  return example === undefined ? [] : [`\`\`\`json\n${JSON.stringify(example)}\n\`\`\``];
}

function schemaText(name: string, schema: JsonSchema): string {
  return [
    `### ${name}`,
    ...(typeof schema.description === 'string' ? [`${schema.description}.`] : []),
    table(['Property', 'Type', 'What it is'], propertyRows(schema)),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
