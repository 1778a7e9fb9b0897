import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox';
import {
  connect,
  DOCUMENTS,
  INVENTORY,
  ORDERS,
  PARTICIPATIONS,
  REPORTS,
  type SandboxClient,
  type SandboxReply,
  until,
} from '../unit/sandbox/sandbox-client';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const ORDER_DATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
const INCLUDED =
  'BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT';

const Operation = z.object({
  responses: z.record(z.string(), z.object({ schema: z.object({ $ref: z.string() }).optional() })),
});
const Model = z.object({
  definitions: z.record(z.string(), z.looseObject({})),
  paths: z.record(z.string(), z.object({ get: Operation.optional(), post: Operation.optional() })),
});

function modelsDir(): string {
  const dir = process.env.SPAPI_MODELS_DIR;
  if (!dir)
    throw new Error('SPAPI_MODELS_DIR must name the folder that holds the API models of Amazon');
  return dir;
}

/** Checks a body against what a model says of this path, method and status. */
function contractOf(file: string) {
  const model = Model.parse(JSON.parse(readFileSync(join(modelsDir(), file), 'utf8')));
  // A name that the model does not know would pass unseen, since the models leave their objects open.
  for (const definition of Object.values(model.definitions))
    if ('properties' in definition) definition.additionalProperties = false;
  const summary = z
    .object({ properties: z.record(z.string(), z.unknown()) })
    .safeParse(model.definitions.InventorySummary);
  // Amazon answers "" where it knows no time, whatever the model says.
  if (summary.success) {
    const { lastUpdatedTime } = summary.data.properties;
    summary.data.properties.lastUpdatedTime = { anyOf: [lastUpdatedTime, { const: '' }] };
    model.definitions.InventorySummary = { ...model.definitions.InventorySummary, ...summary.data };
  }

  const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
  ajv.addSchema({ $id: file, definitions: model.definitions });
  return (path: string, method: 'get' | 'post', { status, body }: SandboxReply): void => {
    const $ref = model.paths[path]?.[method]?.responses[status]?.schema?.$ref;
    if (!$ref) throw new Error(`${file} knows no ${status} of ${method} ${path}`);
    const validate: ValidateFunction = ajv.compile({ $ref: `${file}${$ref}` });
    validate(body);
    expect(validate.errors ?? []).toEqual([]);
  };
}

const orders = contractOf('orders_2026-01-01.json');
const inventory = contractOf('fbaInventory.json');
const reports = contractOf('reports_2021-06-30.json');
const sellers = contractOf('sellers.json');

const Example = z.looseObject({ orderId: z.string(), orderItems: z.array(z.unknown()) });

let sandbox: Sandbox;
let client: SandboxClient;
afterEach(() => sandbox.close());

async function start(clockSpeed: number): Promise<string[]> {
  sandbox = await startSandbox({
    clockSpeed,
    now: () => NOW,
    sellers: [
      { kind: 'generated', seed: 21, size: { orders: 400, skus: 60, claims: 20 } },
      { kind: 'published', modelsDir: modelsDir() },
    ],
  });
  client = await connect(sandbox);
  return [...(sandbox.sellers[0]?.marketplaceIds ?? [])];
}

async function ok(reply: Promise<SandboxReply>, status = 200): Promise<SandboxReply> {
  const answer = await reply;
  expect(answer.status).toBe(status);
  return answer;
}

test('searchOrders', async () => {
  const marketplaceIds = (await start(1)).join(',');
  const query = { createdAfter: '2024-06-15T12:00:00Z', marketplaceIds };
  orders(ORDERS, 'get', await ok(client.get(ORDERS, query)));
  const full = { ...query, includedData: INCLUDED };
  let paginationToken: string | undefined;
  do {
    const next = { ...full, ...(paginationToken && { paginationToken }) };
    const page = await ok(client.get(ORDERS, next));
    orders(ORDERS, 'get', page);
    const { pagination } = z
      .object({ pagination: z.object({ nextToken: z.string() }).optional() })
      .parse(page.body);
    paginationToken = pagination?.nextToken;
  } while (paginationToken);

  const updated = { lastUpdatedAfter: '2025-06-01T00:00:00Z', marketplaceIds };
  orders(ORDERS, 'get', await ok(client.get(ORDERS, updated)));
  orders(ORDERS, 'get', await ok(client.get(ORDERS), 400));
  const foreign = { ...query, marketplaceIds: 'A1PA6795UKMFR9' };
  orders(ORDERS, 'get', await ok(client.get(ORDERS, foreign), 403));
  orders(ORDERS, 'get', await drained(() => client.get(ORDERS, updated)));
});

test('the seller made of published examples: searchOrders answers them as they stand', async () => {
  await start(1);
  const [, seller] = sandbox.sellers;
  client = await connect(sandbox, seller?.refreshToken);
  const reply = await ok(
    client.get(ORDERS, {
      createdAfter: '2024-12-01T00:00:00Z',
      marketplaceIds: seller?.marketplaceIds.join(',') ?? '',
    }),
  );
  orders(ORDERS, 'get', reply);
  const found = z.object({ orders: z.array(Example) }).parse(reply.body).orders;
  expect(found.length).toBeGreaterThanOrEqual(8);

  // Every object of the file that looks like an order, found without the sandbox's own reader.
  const examples = new Map<string, z.infer<typeof Example>>();
  JSON.parse(readFileSync(join(modelsDir(), 'orders_2026-01-01.json'), 'utf8'), (_, value) => {
    const example = Example.safeParse(value).data;
    if (example && !examples.has(example.orderId)) examples.set(example.orderId, example);
    return value;
  });
  const byId = (a: { orderId: string }, b: { orderId: string }) => (a.orderId < b.orderId ? -1 : 1);
  expect(found.sort(byId)).toEqual([...examples.values()].sort(byId));
});

test('getInventorySummaries', async () => {
  const [marketplace = ''] = await start(20);
  const query = {
    granularityType: 'Marketplace',
    granularityId: marketplace,
    marketplaceIds: marketplace,
  };
  const get = (more: Record<string, string> = {}) =>
    until(async () => {
      const reply = await client.get(INVENTORY, { ...query, ...more });
      return reply.status === 429 ? null : reply;
    });
  const page = await ok(get({ details: 'true' }));
  inventory(INVENTORY, 'get', page);
  const { pagination } = z
    .object({ pagination: z.object({ nextToken: z.string() }) })
    .parse(page.body);
  inventory(INVENTORY, 'get', await ok(get({ details: 'true', ...pagination })));
  inventory(INVENTORY, 'get', await ok(get()));
  inventory(INVENTORY, 'get', await ok(get({ nextToken: 'x' }), 400));
  const foreign = { granularityId: 'A1PA6795UKMFR9', marketplaceIds: 'A1PA6795UKMFR9' };
  inventory(INVENTORY, 'get', await ok(get(foreign), 403));
  inventory(INVENTORY, 'get', await drained(() => client.get(INVENTORY, query)));
});

test('reports', async () => {
  const marketplaceIds = await start(1000);
  const request = {
    reportType: ORDER_DATE,
    marketplaceIds,
    dataStartTime: '2025-06-01T00:00:00Z',
    dataEndTime: '2025-06-15T00:00:00Z',
  };
  const { reportId, reportDocumentId } = await client.report(request);
  const cancelled = {
    ...request,
    reportType: 'GET_FBA_REIMBURSEMENTS_DATA',
    dataEndTime: request.dataStartTime,
  };
  const empty = await client.report(cancelled);
  for (const id of [reportId, empty.reportId])
    reports(`${REPORTS}/{reportId}`, 'get', await ok(client.get(`${REPORTS}/${id}`)));
  reports(`${REPORTS}/{reportId}`, 'get', await ok(client.get(`${REPORTS}/1`), 404));

  const document = `${DOCUMENTS}/{reportDocumentId}`;
  reports(document, 'get', await ok(client.get(`${DOCUMENTS}/${reportDocumentId}`)));
  reports(document, 'get', await ok(client.get(`${DOCUMENTS}/1`), 404));

  reports(REPORTS, 'post', await ok(client.post(REPORTS, request), 202));
  reports(
    REPORTS,
    'get',
    await ok(client.get(REPORTS, { reportTypes: ORDER_DATE, pageSize: '1' })),
  );
  reports(REPORTS, 'post', await ok(client.post(REPORTS, {}), 400));
  reports(REPORTS, 'get', await ok(client.get(REPORTS), 400));
  const foreign = { ...request, marketplaceIds: ['A1PA6795UKMFR9'] };
  reports(REPORTS, 'post', await ok(client.post(REPORTS, foreign), 403));
});

test('reports, once a quota is used up', async () => {
  await start(0.001);
  reports(REPORTS, 'post', await drained(() => client.post(REPORTS, {})));
  reports(REPORTS, 'get', await drained(() => client.get(REPORTS)));
  reports(`${REPORTS}/{reportId}`, 'get', await drained(() => client.get(`${REPORTS}/1`)));
  reports(
    `${DOCUMENTS}/{reportDocumentId}`,
    'get',
    await drained(() => client.get(`${DOCUMENTS}/1`)),
  );
});

test('getMarketplaceParticipations', async () => {
  await start(1);
  sellers(PARTICIPATIONS, 'get', await ok(client.get(PARTICIPATIONS)));
  const noToken = await fetch(`${sandbox.spApiUrl}${PARTICIPATIONS}`);
  const { status, headers } = noToken;
  expect(status).toBe(403);
  sellers(PARTICIPATIONS, 'get', { status, headers, body: await noToken.json() });
  sellers(PARTICIPATIONS, 'get', await drained(() => client.get(PARTICIPATIONS)));
});

/** Calls until the quota is used up, and answers the 429. */
function drained(call: () => Promise<SandboxReply>): Promise<SandboxReply> {
  return until(async () => {
    const reply = await call();
    return reply.status === 429 ? reply : null;
  });
}
