import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { z } from 'zod';
import { createAmazon, type SellerApi } from '../../amazon/amazon';
import { InvalidRequest } from '../../amazon/errors';
import type { Operation } from '../../amazon/usage-plans';

// Amazon publishes examples ("static sandbox cases") in its models. Each is served here with its status and
// read by the client, so that Amazon's own words, and not ours alone, decide whether the client understands.

const Case = z.object({ response: z.record(z.string(), z.unknown()) });
const Model = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  definitions: z.record(z.string(), z.unknown()),
});
const ModelOperation = z.object({
  operationId: z.string(),
  responses: z.record(
    z.string(),
    z.object({ 'x-amzn-api-sandbox': z.object({ static: z.array(Case) }).optional() }),
  ),
});

function modelOf(file: string): z.infer<typeof Model> {
  const folder = process.env.SPAPI_MODELS_DIR;
  if (!folder) {
    throw new Error(
      'Set SPAPI_MODELS_DIR to a folder with the SP-API models of github.com/amzn/selling-partner-api-models',
    );
  }
  return Model.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
}

interface Example {
  name: string;
  status: number;
  body: Record<string, unknown>;
}

function examplesOf(file: string, operation: Operation): Example[] {
  const all = Object.values(modelOf(file).paths).flatMap((methods) => Object.values(methods));
  const parsed = all.map((one) => ModelOperation.safeParse(one).data);
  const found = parsed.find((one) => one?.operationId === operation);
  if (found === undefined) throw new Error(`${file} has no operation ${operation}`);
  return Object.entries(found.responses).flatMap(([status, response]) =>
    (response['x-amzn-api-sandbox']?.static ?? []).map((example, index) => ({
      name: `${operation} ${status} #${index + 1}`,
      status: Number(status),
      body: example.response,
    })),
  );
}

const ORDERS = 'orders_2026-01-01.json';
const REPORTS = 'reports_2021-06-30.json';
const SIGNAL = new AbortController().signal;

let server: Server;
let url: string;
let seller: SellerApi;
let served: Example;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (pathname === '/token') return json(200, { access_token: 'Atza|x', expires_in: 3600 });
    if (pathname === '/document') return response.end('a report');
    const body = { ...served.body };
    // The one example of getReports has a next page, which is not among the examples.
    if (searchParams.has('nextToken')) delete body.nextToken;
    // The examples' documents do not exist on the internet.
    if ('url' in body) body.url = `${url}/document`;
    json(served.status, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}`;
  const settings = {
    lwaUrl: `${url}/token`,
    clientId: 'id',
    clientSecret: () => 'secret',
    userAgent: 'contract-test/1.0',
    timeoutMs: 5_000,
    isPublicAddress: () => false,
  };
  const amazon = createAmazon({ settings, now: () => 0 });
  seller = amazon.seller({ connectionId: 'c', endpoint: url, refreshToken: 'r' });
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A good example gives what `check` expects of its body; a bad one the typed error with Amazon's code. */
async function holds<T>(
  example: Example,
  call: () => Promise<T>,
  check: (answer: T) => void | Promise<void>,
): Promise<void> {
  served = example;
  if (example.status < 300) return check(await call());
  const error = await call().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidRequest);
  const errors = z.array(z.object({ code: z.string() })).parse(example.body.errors);
  expect(error).toMatchObject({ status: example.status, codes: errors.map(({ code }) => code) });
}

test.each(examplesOf(ORDERS, 'searchOrders'))('$name', async (example) => {
  const query = { marketplaceIds: ['M'], createdAfter: '2024-12-20T00:00:00Z' };
  await holds(
    example,
    () => seller.searchOrders(query, SIGNAL),
    ({ orders }) => {
      const Total = z.object({ amount: z.string(), currencyCode: z.string() });
      const Given = z.object({
        orderId: z.string(),
        proceeds: z.object({ grandTotal: Total }),
        orderItems: z.array(z.unknown()),
      });
      const given = z.array(Given).parse(example.body.orders);
      expect(orders.length).toBeGreaterThan(0);
      expect(
        orders.map(({ amazonOrderId, currency, total, items }) => [
          amazonOrderId,
          currency,
          total,
          items.length,
        ]),
      ).toEqual(
        given.map(({ orderId, proceeds: { grandTotal }, orderItems }) => [
          orderId,
          grandTotal.currencyCode,
          grandTotal.amount,
          orderItems.length,
        ]),
      );
      for (const { marketplaceId, salesChannel } of orders) {
        expect([marketplaceId, salesChannel]).not.toContain(null);
      }
    },
  );
});

test.each(examplesOf(REPORTS, 'createReport'))('$name', async (example) => {
  const request = { reportType: 'T', marketplaceIds: ['M'], from: '', to: '' };
  await holds(
    example,
    () => seller.createReport(request, SIGNAL),
    (id) => expect(id).toBe(example.body.reportId),
  );
});

test.each(examplesOf(REPORTS, 'getReport'))('$name', async (example) => {
  await holds(
    example,
    () => seller.getReport('r', SIGNAL),
    (report) =>
      expect(report).toMatchObject({
        reportId: example.body.reportId,
        status: example.body.processingStatus,
        from: example.body.dataStartTime,
        to: example.body.dataEndTime,
      }),
  );
});

test.each(examplesOf(REPORTS, 'getReports'))('$name', async (example) => {
  const search = { reportType: 'T', createdSince: '2024-01-01T00:00:00Z' };
  await holds(
    example,
    () => seller.findReports(search, SIGNAL),
    // The same page twice, see above.
    (reports) => expect(reports).toHaveLength(2),
  );
});

test.each(examplesOf(REPORTS, 'getReportDocument'))('$name', async (example) => {
  await holds(
    example,
    () => seller.openDocument('d', SIGNAL),
    async (text) => {
      const read: string[] = [];
      for await (const piece of text) read.push(piece);
      expect(read.join('')).toBe('a report');
    },
  );
});

test.each(examplesOf('sellers.json', 'getMarketplaceParticipations'))('$name', async (example) => {
  await holds(
    example,
    () => seller.marketplaceParticipations(SIGNAL),
    (found) =>
      expect(found).toMatchObject([
        { marketplaceId: 'ATVPDKIKX0DER', domain: 'www.amazon.com', isParticipating: true },
      ]),
  );
});

/** A value of a definition with every property set: words, times, lists of one, and numbers from 1 up. */
function exampleOf(definitions: Record<string, unknown>, name: string): unknown {
  let number = 0;
  const Schema = z.object({
    $ref: z.string().optional(),
    type: z.string().optional(),
    format: z.string().optional(),
    properties: z.record(z.string(), z.unknown()).optional(),
    items: z.unknown().optional(),
  });
  const sampleOf = (given: unknown): unknown => {
    const schema = Schema.parse(given);
    if (schema.$ref) return sampleOf(definitions[schema.$ref.replace('#/definitions/', '')]);
    if (schema.type === 'array') return [sampleOf(schema.items)];
    if (schema.type === 'integer') {
      number += 1;
      return number;
    }
    if (schema.type === 'string') {
      return schema.format === 'date-time' ? '2026-01-01T00:00:00Z' : 'text';
    }
    const entries = Object.entries(schema.properties ?? {});
    return Object.fromEntries(entries.map(([key, value]) => [key, sampleOf(value)]));
  };
  return sampleOf(definitions[name]);
}

test('a summary with every field of the inventory model is read whole', async () => {
  const file = 'fbaInventory.json';
  // This model has no examples ("dynamic" only); should it get some, they belong here.
  const examples = examplesOf(file, 'getInventorySummaries');
  expect(examples).toEqual([]);
  const body = z
    .record(z.string(), z.unknown())
    .parse(exampleOf(modelOf(file).definitions, 'GetInventorySummariesResponse'));
  served = { name: 'whole', status: 200, body };
  const { items, nextToken } = await seller.inventoryPage({ marketplaceId: 'M' }, SIGNAL);
  expect(nextToken).toBe('text');
  const [item] = items;
  if (item === undefined) throw new Error('no item');
  const quantities = Object.values(item).filter((value) => typeof value === 'number');
  expect(quantities).toHaveLength(8);
  // Each field of the model has a number of its own, so none is read twice and none is left at 0.
  expect(new Set(quantities).size).toBe(8);
  expect(quantities).not.toContain(0);
  expect(item).toMatchObject({ sku: 'text', lastUpdated: '2026-01-01T00:00:00.000Z' });
});
