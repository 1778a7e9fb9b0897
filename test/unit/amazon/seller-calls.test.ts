import type { AmazonCall } from '../../../amazon/amazon-call';
import {
  CONNECTION_ID,
  errorOf,
  type LocalAmazon,
  never,
  REFRESH_TOKEN,
  sendJson,
  startLocalAmazon,
} from './local-amazon';

let local: LocalAmazon;
afterEach(() => local.close());

test('whoever asks for a seller is told of that seller’s requests, and of no other’s', async () => {
  const limits: Record<string, Record<string, string>> = {
    good: { 'x-amzn-RateLimit-Limit': '0.5' },
    zero: { 'x-amzn-RateLimit-Limit': '0' },
    word: { 'x-amzn-RateLimit-Limit': 'many' },
  };
  local = await startLocalAmazon({
    api: ({ path }, to) =>
      sendJson(to, path.endsWith('/busy') ? 429 : 404, { errors: [] }, limits[path.slice(-4)]),
  });
  const { amazon, url: endpoint, calls } = local;
  const told: AmazonCall[] = [];
  const connection = { connectionId: CONNECTION_ID, endpoint, refreshToken: REFRESH_TOKEN };
  const seller = amazon.seller(connection, (call) => told.push(call));
  for (const id of ['good', 'zero', 'word', 'busy']) await errorOf(seller.getReport(id, never()));
  expect(told.map(({ status, rateLimit }) => [status, rateLimit])).toEqual([
    [404, 0.5],
    [404, null],
    [404, null],
    [429, null],
  ]);
  await errorOf(amazon.seller(connection).getReport('good', never()));
  expect([told.length, calls.length]).toEqual([4, 5]);
});
