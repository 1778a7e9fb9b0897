import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import { connect, login, PARTICIPATIONS, type SandboxReply, US } from './sandbox-client';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({
    sellers: [{ kind: 'generated', seed: 1, size: { orders: 50, skus: 5, claims: 5 } }],
  });
});
afterEach(() => sandbox.close());

async function control(method: string, path: string, body?: unknown): Promise<SandboxReply> {
  const response = await fetch(`${sandbox.url}/sandbox/${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const idOf = ({ body }: SandboxReply) => z.object({ id: z.string() }).parse(body).id;
const sellerId = () => sandbox.sellers[0]?.sellerId ?? '';
const down = {
  operation: 'getMarketplaceParticipations',
  times: null,
  effect: { kind: 'status', status: 503 },
};

test('a fault is set, listed with its hits, and removed', async () => {
  const client = await connect(sandbox);
  const set = await control('POST', 'faults', down);
  expect(set).toMatchObject({ status: 200, body: { id: expect.any(String) } });
  expect((await client.get(PARTICIPATIONS)).status).toBe(503);
  const { body } = await control('GET', 'faults');
  expect(body).toEqual({ faults: [{ ...down, id: idOf(set), hits: 1 }] });
  const id = idOf(set);
  expect((await control('DELETE', `faults/${id}`)).status).toBe(200);
  expect((await client.get(PARTICIPATIONS)).status).toBe(200);
  expect((await control('DELETE', `faults/${id}`)).status).toBe(404);

  await control('POST', 'faults', down);
  await control('DELETE', 'faults');
  expect((await control('GET', 'faults')).body).toEqual({ faults: [] });
});

test('a seller is added while the sandbox runs, and changes', async () => {
  const refreshToken = 'Atzr|late';
  const spec = { kind: 'generated', seed: 2, refreshToken, marketplaceIds: [US] };
  const added = await control('POST', 'sellers', spec);
  expect(added).toMatchObject({
    status: 200,
    body: { sellerId: sandbox.sellers[1]?.sellerId, refreshToken, region: 'na' },
  });
  expect((await login(sandbox, refreshToken)).status).toBe(200);

  const changes = [
    { kind: 'add_orders', count: 2 },
    { kind: 'change_stock', count: 1 },
  ];
  const changed = await control('POST', `sellers/${sellerId()}/changes`, { changes });
  expect(changed).toMatchObject({
    status: 200,
    body: { changed: [expect.any(String), expect.any(String), expect.any(String)] },
  });
  expect(sandbox.sellers[0]?.orders).toHaveLength(52);
});

test('the statistics count what clients saw, and not the control itself', async () => {
  const client = await connect(sandbox);
  await client.get(PARTICIPATIONS);
  expect((await control('GET', 'stats')).body).toEqual(sandbox.stats());
  expect(sandbox.stats().operations).toEqual({
    token: { 200: 1 },
    getMarketplaceParticipations: { 200: 1 },
  });
});

test.each<[string, string, unknown, string]>([
  ['an unknown operation', 'faults', { ...down, operation: 'getOrder' }, 'operation'],
  [
    'an effect of another operation',
    'faults',
    { ...down, effect: { kind: 'truncated' } },
    'truncated does nothing to getMarketplaceParticipations',
  ],
  ['an unknown effect', 'faults', { ...down, effect: { kind: 'flood' } }, 'effect.kind'],
  ['a misspelt field', 'faults', { ...down, time: 3 }, '"time"'],
  [
    'a status that is no error',
    'faults',
    { ...down, effect: { kind: 'status', status: 200 } },
    'effect.status',
  ],
  ['no fault at all', 'faults', undefined, 'expected'],
  ['a seller of no kind', 'sellers', { seed: 3 }, 'kind'],
  ['a seller twice', 'sellers', { kind: 'generated', seed: 1 }, 'same sellerId'],
  [
    'a seller of two regions',
    'sellers',
    { kind: 'generated', seed: 3, marketplaceIds: [US, 'A1PA6795UKMFR9'] },
    'one region',
  ],
  [
    'a seller nowhere',
    'sellers',
    { kind: 'generated', seed: 3, marketplaceIds: ['X'] },
    'no marketplace X',
  ],
  [
    'orders of products that are not',
    'sellers',
    { kind: 'generated', seed: 3, size: { orders: 1, skus: 0, claims: 0 } },
    'without SKUs',
  ],
  ['no change', 'sellers/A/changes', { changes: [] }, 'changes'],
  [
    'a change to nobody',
    'sellers/A/changes',
    { changes: [{ kind: 'return_skus' }] },
    'no seller A',
  ],
  [
    'a change of nothing',
    'sellers/A/changes',
    { changes: [{ kind: 'add_orders', count: 0 }] },
    'count',
  ],
])('%s is refused with its reason', async (_, path, body, reason) => {
  const refused = await control('POST', path, body);
  expect(refused).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining(reason) },
  });
  expect(sandbox.sellers).toHaveLength(1);
});

test('a change that cannot be made says why', async () => {
  const changes = [{ kind: 'remove_skus', count: 6 }];
  expect(await control('POST', `sellers/${sellerId()}/changes`, { changes })).toMatchObject({
    status: 400,
    body: { error: 'Of 6 SKUs there are only 5 that can change so' },
  });
});

test('a body that is no JSON is refused', async () => {
  expect((await control('POST', 'faults', '{')).status).toBe(400);
});
