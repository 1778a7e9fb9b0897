import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { COMMON_ERRORS } from '../../../api/endpoint';
import type { Operation, Response } from '../../../api/openapi/openapi-types';
import { API_ERRORS } from '../../../contract/api-errors';
import { webhookEventOf } from '../../../contract/webhooks';
import { apiMarkdown } from '../../../dev/api-markdown';
import { type ApiDescription, describeApi } from '../../../dev/describe-api';
import { bodyOf, COMPLETE, newSync } from '../store/stored-things';

let api: ApiDescription;
beforeAll(async () => {
  api = await describeApi();
});

function operationsOf({ document }: ApiDescription): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      operation,
    ]),
  );
}

test('the document is valid OpenAPI 3.1', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
  try {
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(api.document));
    // The validator is an ES module, which Jest does not load.
    const validator = join(
      require.resolve('@seriousme/openapi-schema-validator/package.json'),
      '../bin/validate-api-cli.js',
    );
    const { stdout } = await promisify(execFile)(process.execPath, [validator, file]);
    expect(JSON.parse(stdout)).toMatchObject({ valid: true });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('every route and every older path is in the document, and nothing else is', () => {
  const routes = [...api.routes, ...api.aliases.map(({ method, path }) => `${method} ${path}`)];
  expect(
    operationsOf(api)
      .map(([name]) => name)
      .sort(),
  ).toEqual(routes.sort());
});

test('operations have names of their own, and those of older paths are deprecated', () => {
  const operations = operationsOf(api);
  expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(
    operations.length,
  );
  for (const { method, path } of api.aliases) {
    const [, operation] = operations.find(([name]) => name === `${method} ${path}`) ?? [];
    expect(operation).toMatchObject({ deprecated: true });
  }
});

test('what receivers of webhooks get is in the document, with the headers that sign it', () => {
  const { post } = api.document.webhooks.syncEnded ?? {};
  expect(post?.parameters?.map(({ name }) => name)).toEqual([
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
  ]);
  const sync = newSync('user123');
  const event = webhookEventOf(bodyOf(sync, COMPLETE));
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  const schema = post?.requestBody?.content['application/json']?.schema;
  const validate = ajv.compile({ ...schema, components: api.document.components });
  expect([validate(event), validate.errors]).toEqual([true, null]);
  expect(validate({ ...event, type: 'sync.started' })).toBe(false);
});

test('the parameters of a path are those in it', () => {
  for (const [name, { parameters = [] }] of operationsOf(api)) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    expect([name, inPath.map((parameter) => parameter.name)]).toEqual([
      name,
      (name.match(/:(\w+)/g) ?? []).map((parameter) => parameter.slice(1)),
    ]);
  }
});

test('every error stands under its own status, with an example', () => {
  const shown = new Set<string>();
  for (const [name, { responses }] of operationsOf(api)) {
    for (const [status, response] of Object.entries(responses)) {
      if (Number(status) < 400) continue;
      const codes = Object.keys(response.content?.['application/json']?.examples ?? {});
      expect([name, codes.length]).not.toEqual([name, 0]);
      for (const code of codes) shown.add(`${code} ${status}`);
    }
  }
  const known = Object.entries(API_ERRORS).map(([code, { status }]) => `${code} ${status}`);
  expect([...known, 'invalid_request 413']).toEqual(expect.arrayContaining([...shown]));
  for (const code of COMMON_ERRORS) expect(shown).toContain(`${code} ${API_ERRORS[code].status}`);
});

test('every example is what its schema says', () => {
  // A whole document is no schema, so unknown keywords are no fault here.
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  ajv.addSchema({ $id: 'https://sync.example.com/openapi.json', ...api.document });
  const examplesOf = ({ content = {} }: Response) =>
    Object.values(content).flatMap(({ schema, example, examples = {} }) =>
      [example, ...Object.values(examples).map(({ value }) => value)]
        .filter((value) => value !== undefined)
        .map((value) => ({ schema, value })),
    );
  const examples = operationsOf(api)
    .flatMap(([, { responses }]) => Object.values(responses))
    .flatMap(examplesOf);
  expect(examples.length).toBeGreaterThan(0);
  for (const { schema, value } of examples) {
    const validate = ajv.compile(
      JSON.parse(
        JSON.stringify(schema).replaceAll('"#/', '"https://sync.example.com/openapi.json#/'),
      ),
    );
    expect([value, validate(value), validate.errors]).toEqual([value, true, null]);
  }
});

test('the answer to a start is documented to the letter', () => {
  const [, start] =
    operationsOf(api).find(([name]) => name === 'POST /api/v1/integrations/amazon/sync') ?? [];
  expect(JSON.stringify(start?.responses[200]?.content?.['application/json']?.example)).toBe(
    '{"success":true,"syncId":"sync_user123_1702345678901","message":"Sync started successfully","status":"in_progress","estimatedDuration":"30-60 seconds"}',
  );
});

test('docs/api.md is current: `npm run docs` writes it', async () => {
  const file = join(__dirname, '..', '..', '..', 'docs', 'api.md');
  expect(await readFile(file, 'utf8')).toBe(apiMarkdown(api.document));
});
