import fc from 'fast-check';
import type { DescribedOperation, ValueSchema } from './described-operations';
import { nearlyCursor, rubbishJson, rubbishText } from './rubbish';

export interface FuzzedRequest {
  method: string;
  /** Path and query, as they stand in the request's first line. */
  target: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
  /** Whether the body comes in chunks, without a length. */
  chunked: boolean;
}

/** What of a running service requests may name. */
export interface KnownValues {
  /** Headers of users who are signed in, and of some who are not. */
  sessions: readonly Record<string, string>[];
  strangers: readonly Record<string, string>[];
  /** Those that are allowed. */
  origins: readonly string[];
  tags: readonly string[];
  /** Real values by the names of parameters and fields. */
  values: ReadonlyMap<string, readonly string[]>;
  cursors: readonly { sort: string; cursor: string }[];
}

/** A value of a schema, as it would stand in JSON. */
function inSchema(schema: ValueSchema, known: KnownValues): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined)
    return fc.oneof(...schema.anyOf.map((one) => inSchema(one, known)));
  switch (schema.type) {
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -100, max: schema.maximum ?? 100 });
    case 'boolean':
      return fc.boolean();
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, one]) => [
            name,
            inSchema(one, known),
          ]),
        ),
        { requiredKeys: schema.required ?? [] },
      );
    default:
      return textOf(schema);
  }
}

function textOf({ format, maxLength = 200 }: ValueSchema): fc.Arbitrary<string> {
  const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
  if (format === 'date') return time.map((date) => date.toISOString().slice(0, 10));
  if (format === 'date-time') return time.map((date) => date.toISOString());
  return fc.string({ minLength: 1, maxLength: Math.min(maxLength, 40) });
}

/** Mostly what is real or what the schema says, sometimes anything. */
function nearly(name: string, schema: ValueSchema, known: KnownValues): fc.Arbitrary<string> {
  const real = known.values.get(name) ?? [];
  return fc.oneof(
    ...(real.length === 0 ? [] : [{ arbitrary: fc.constantFrom(...real), weight: 9 }]),
    { arbitrary: inSchema(schema, known).map(String), weight: 6 },
    { arbitrary: rubbishText, weight: 3 },
  );
}

/** Real cursors of an operation's list with one part changed: each goes with one sort, so chance would not find them. */
function cursorQueries(operation: DescribedOperation, known: KnownValues): fc.Arbitrary<string>[] {
  const sorts = operation.parameters.find(({ name }) => name === 'sort')?.schema.enum ?? [];
  return known.cursors
    .filter(({ sort }) => sorts.includes(sort))
    .map(({ cursor }) =>
      nearlyCursor(cursor).map((near) => `?limit=2&${new URLSearchParams(near)}`),
    );
}

type Pair = readonly [name: string, value: string];

function queryOf(operation: DescribedOperation, known: KnownValues): fc.Arbitrary<string> {
  const named = operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) =>
      // Left out, once, or twice.
      fc
        .tuple(
          fc.constantFrom(0, 0, 0, 1, 1, 1, 1, 2),
          nearly(name, schema, known),
          nearly(name, schema, known),
        )
        .map(([times, ...values]) => values.slice(0, times).map((value): Pair => [name, value])),
    );
  const more = fc.oneof(
    { arbitrary: fc.constant<Pair[]>([]), weight: 8 },
    { arbitrary: fc.array(fc.tuple(rubbishText, rubbishText), { maxLength: 2 }), weight: 1 },
  );
  const any = fc.tuple(fc.tuple(...named), more, fc.boolean()).map(([pairs, others, raw]) => {
    const text = [...pairs.flat(), ...others]
      .map(([name, value]) => `${encoded(name, raw)}=${encoded(value, raw)}`)
      .join('&');
    return text === '' ? '' : `?${text}`;
  });
  return fc.oneof(any, ...cursorQueries(operation, known));
}

function pathOf(operation: DescribedOperation, known: KnownValues): fc.Arbitrary<string> {
  const parts = operation.path.split('/').map((part): fc.Arbitrary<string> => {
    const { schema, name = '' } =
      operation.parameters.find((parameter) => part === `{${parameter.name}}`) ?? {};
    // Without a text the path would be another one, which the document knows nothing of.
    return schema === undefined
      ? fc.constant(part)
      : fc
          .tuple(
            nearly(name, schema, known),
            fc.constantFrom('', '', '', '', '', '%ff', '%', '%c0%80', '%zz'),
          )
          .map(([value, odd]) => encoded(value, false) + odd)
          .filter((text) => text !== '' && !/^\.{1,2}$/.test(text));
  });
  return fc.tuple(...parts).map((texts) => texts.join('/'));
}

/** As it stands in a URL; `raw` leaves what need not be encoded, though it should. */
function encoded(text: string, raw: boolean): string {
  const bytes = [...Buffer.from(text, 'utf8')];
  return bytes
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      const stays = raw
        ? byte > 0x20 && byte < 0x7f && !'&=#%+'.includes(letter)
        : /\w/.test(letter);
      return stays ? letter : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

const JSON_TYPE = 'application/json';
const TYPES = [
  JSON_TYPE,
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'application/json; charset=x',
  'application/merge-patch+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
  'application/octet-stream',
  'x',
  '/',
];

interface Body {
  type: string | undefined;
  encoding: string | undefined;
  bytes: Buffer | undefined;
}

function bodyOf(operation: DescribedOperation, known: KnownValues): fc.Arbitrary<Body> {
  const json = (value: fc.Arbitrary<unknown>) =>
    value.map(
      (one): Body => ({
        type: JSON_TYPE,
        encoding: undefined,
        bytes: Buffer.from(JSON.stringify(one)),
      }),
    );
  const schema = operation.requestBody?.content[JSON_TYPE].schema;
  const near = schema?.properties;
  const odd = fc.oneof(
    json(rubbishJson),
    ...(near === undefined
      ? []
      : [
          json(
            fc.record(Object.fromEntries(Object.keys(near).map((name) => [name, rubbishJson])), {
              requiredKeys: [],
            }),
          ),
        ]),
    fc.record<Body>({
      type: fc.constantFrom(undefined, ...TYPES),
      encoding: fc.constantFrom(undefined, undefined, 'gzip', 'deflate', 'br', 'identity', 'x'),
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom('{', '{"a":1,}', '"', '{"__proto__":{"mode":"full"}}', ' ')
          .map((text) => Buffer.from(text)),
        fc.constant(Buffer.from(`{"a":"${'x'.repeat(17_000)}"}`)),
        fc.constant(Buffer.from('['.repeat(10_000))),
      ),
    }),
  );
  const none = fc.constant<Body>({ type: undefined, encoding: undefined, bytes: undefined });
  return schema === undefined
    ? fc.oneof({ arbitrary: none, weight: 6 }, { arbitrary: odd, weight: 1 })
    : fc.oneof(
        { arbitrary: none, weight: 1 },
        { arbitrary: json(inSchema(schema, known)), weight: 4 },
        { arbitrary: odd, weight: 4 },
      );
}

/** A header's value as bytes that HTTP allows; anything else never leaves the client. */
function asHeader(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[^\x20-\x7e\x80-\xff]/g, '')
    .trim()
    .slice(0, 500);
}

const headerText = rubbishText.map(asHeader);

/** What who has seen the end of a sync has seen last. */
function endsOf({ values }: KnownValues): string[] {
  return (values.get('syncId') ?? []).map((id) => `${id}-ended`);
}

function headersOf(known: KnownValues): fc.Arbitrary<Record<string, string>> {
  const odd = (...likely: string[]) =>
    fc.oneof(
      { arbitrary: fc.constantFrom(...likely).map(asHeader), weight: 3 },
      { arbitrary: headerText, weight: 1 },
    );
  return fc
    .tuple(
      fc.oneof(
        { arbitrary: fc.constantFrom(...known.sessions), weight: 20 },
        { arbitrary: fc.constantFrom(...known.strangers), weight: 1 },
        {
          arbitrary: headerText.map((text) => ({ authorization: `Bearer ${text}` })),
          weight: 1,
        },
        { arbitrary: headerText.map((text) => ({ cookie: text })), weight: 1 },
      ),
      fc.record(
        {
          accept: odd('*/*', 'application/json', 'text/html', 'text/csv;q=0', 'text/event-stream'),
          origin: odd(...known.origins),
          'if-none-match': odd('*', ...known.tags),
          'last-event-id': odd('1', ...endsOf(known)),
          'accept-language': headerText,
          'x-forwarded-for': headerText,
          'x-http-method-override': odd('DELETE', 'GET'),
          range: odd('bytes=0-1', 'bytes=-1'),
          expect: fc.constant('100-continue'),
        },
        { requiredKeys: [] },
      ),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([session, more, few]) => ({
      ...session,
      // All of them at once would mostly be refused for the same reason.
      ...Object.fromEntries(Object.entries(more).slice(0, few)),
    }));
}

/** Requests for an operation: good ones, nearly good ones, and rubbish. */
export function describedRequests(
  operation: DescribedOperation,
  known: KnownValues,
): fc.Arbitrary<FuzzedRequest> {
  return fc
    .record({
      path: pathOf(operation, known),
      query: queryOf(operation, known),
      headers: headersOf(known),
      body: bodyOf(operation, known),
      chunked: fc.boolean(),
    })
    .map(({ path, query, headers, body, chunked }) => ({
      method: operation.method,
      target: path + query,
      headers: {
        ...headers,
        ...(body.type !== undefined && { 'content-type': body.type }),
        ...(body.encoding !== undefined && { 'content-encoding': body.encoding }),
      },
      body: body.bytes,
      chunked,
    }))
    .map((request) => ({ ...request, [fc.toStringMethod]: () => shortened(request) }));
}

/** Enough to see what it was; seed and path give the rest. */
function shortened({ body, ...request }: FuzzedRequest): string {
  return JSON.stringify({ ...request, body: body?.toString('utf8') }).slice(0, 1_500);
}
