import { AmazonSummary } from '../../contract/summary';
import { errorOf, start } from './bodies';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

const PATH = '/api/v1/integrations/amazon/summary';

let stack: TestStack;
let user: TestUser;
let seller: Awaited<ReturnType<TestStack['newSeller']>>;

beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
  seller = await stack.newSeller();
  user = await stack.user(seller);
  await user.client.untilEnded(await start(user.client), 60_000);
});
afterAll(() => stack.stop());

const summaryOf = async (search = '') =>
  AmazonSummary.parse((await user.client.get(PATH + search)).body);

test('the figures are those of the seller', async () => {
  const { claimsByMonth, ordersByDay, outOfStock } = await summaryOf('?months=24&days=92');
  const claims = claimsByMonth.reduce((sum, { claims }) => sum + claims, 0);
  expect(claims).toBe(seller.claims.length);
  const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const since = midnight - 91 * 86_400_000;
  const recent = seller.orders.filter(({ purchasedAt }) => purchasedAt >= since);
  expect(ordersByDay).toHaveLength(92);
  expect(ordersByDay.reduce((sum, { orders }) => sum + orders, 0)).toBe(recent.length);
  const out = seller.inventory.filter(({ fulfillable }) => fulfillable === 0);
  expect(outOfStock).toMatchObject({ total: out.length, of: seller.inventory.length });
});

test('the zone’s name may be any that a browser has', async () => {
  const names = Intl.supportedValuesOf('timeZone');
  for (const timeZone of [...names.filter((_, index) => index % 40 === 0), 'Asia/Calcutta']) {
    expect((await summaryOf(`?timeZone=${encodeURIComponent(timeZone)}`)).timeZone).toBe(timeZone);
  }
});

test.each([
  'timeZone=Europe/Atlantis',
  'timeZone=%2B02:00',
  "timeZone=UTC'--",
  'months=0',
  'months=25',
  'days=93',
  'days=x',
  'items=201',
  'other=1',
])('%s is refused', async (search) => {
  const answer = await user.client.get(`${PATH}?${search}`);
  expect(answer.status).toBe(400);
  expect(errorOf(answer).error).toBe('invalid_request');
});

test('nobody else’s figures, and none without a session', async () => {
  const stranger = await stack.user();
  const { claimsByMonth, outOfStock } = AmazonSummary.parse((await stranger.client.get(PATH)).body);
  expect([claimsByMonth, outOfStock.total, outOfStock.of]).toEqual([[], 0, 0]);
  expect((await fetch(stack.apiUrl + PATH)).status).toBe(401);
});
