import { z } from 'zod';
import { OrderRow } from '../../contract/rows';
import { storedRows } from '../../dev/stored-rows';
import { start } from '../e2e/bodies';
import { firstSeller, startTestStack, type TestStack } from '../e2e/test-stack';

/**
 * The main job on input that nobody here wrote: a seller whose orders are Amazon's own published examples,
 * taken as they stand. They are dated December 2024 to March 2025, so the calendar of service and sandbox is
 * turned back to before them, and forward to after them for the second sync. It goes on from where it is turned to:
 * on one that stands still, whoever has to wait for a quota waits for ever.
 */
const BEFORE = Date.parse('2024-12-01T00:00:00Z');
const LATE_DECEMBER = Date.parse('2024-12-28T00:00:00Z');
const AFTER = Date.parse('2025-04-01T12:00:00Z');

let stack: TestStack;
let ahead = 0;
const now = () => Date.now() + ahead;
const turnTo = (time: number) => {
  ahead = time - Date.now();
};

beforeAll(async () => {
  turnTo(AFTER);
  const modelsDir = process.env.SPAPI_MODELS_DIR;
  if (modelsDir === undefined) {
    throw new Error("SPAPI_MODELS_DIR is not set: it names the folder of Amazon's API models");
  }
  stack = await startTestStack({
    now,
    sandbox: { sellers: [{ kind: 'published', modelsDir }] },
  });
  await stack.startWorker();
});
afterAll(() => stack.stop());

test('a first sync by reports holds every published order', async () => {
  turnTo(AFTER);
  const seller = firstSeller(stack);
  expect(seller.orders.length).toBeGreaterThan(3);
  const user = await stack.user(seller);
  const ended = await user.client.untilEnded(await start(user.client), 150_000);
  expect(ended).toMatchObject({ status: 'complete', ordersProcessed: seller.orders.length });
  expect(await stack.differences(user, seller)).toEqual([]);
});

test('a later sync by search holds every published order as it stands, items and ids included', async () => {
  const seller = firstSeller(stack);
  // A first sync before any of the orders were there leaves a watermark; the second searches from it.
  const kept = seller.orders.splice(0);
  turnTo(BEFORE);
  const { client, userId } = await stack.user(seller);
  await client.untilEnded(await start(client), 150_000);
  seller.orders.push(...kept);
  turnTo(LATE_DECEMBER);
  // Four weeks later the session of before has expired.
  const user = await stack.user(seller, userId);
  const inDecember = kept.filter(({ updatedAt }) => updatedAt < LATE_DECEMBER);
  expect(inDecember.length).toBeGreaterThan(3);
  const ended = await user.client.untilEnded(await start(user.client), 150_000);
  expect(ended).toMatchObject({ status: 'complete', ordersProcessed: inDecember.length });

  const stored = await storedRows(stack.db, user.userId);
  expect(new Set(stored.orders.map(({ amazonOrderId }) => amazonOrderId))).toEqual(
    new Set(inDecember.map(({ orderId }) => orderId)),
  );
  const { body } = await user.client.get('/api/v1/integrations/amazon/orders?limit=200');
  const { orders } = z.object({ orders: z.array(OrderRow) }).parse(body);
  for (const order of orders) {
    const published = kept.find(({ orderId }) => orderId === order.orderId)?.published;
    const { orderItems } = PublishedItems.parse(published);
    expect(
      order.items.map(({ orderItemId, sku, asin, title, quantity }) => ({
        orderItemId,
        quantityOrdered: quantity,
        product: { sellerSku: sku, asin, title },
      })),
    ).toEqual(orderItems);
  }
  // Amazon's one example of a taxed order where prices include tax: 89.97 + 10.00 + 4.00 of tax = 103.97.
  expect(orders.find(({ orderId }) => orderId === '202-1234567-8901234')).toMatchObject({
    total: '103.97',
    items: [{ itemPrice: '92.97', itemTax: '3.00', shippingPrice: '11.00', shippingTax: '1.00' }],
  });
});

test('a full sync after a search changes no row', async () => {
  turnTo(AFTER);
  const seller = firstSeller(stack);
  const user = await stack.user(seller);
  await user.client.untilEnded(await start(user.client), 150_000);
  const before = await storedRows(stack.db, user.userId);
  await user.client.untilEnded(await start(user.client, { mode: 'full' }), 150_000);
  expect(await storedRows(stack.db, user.userId)).toEqual(before);
});

const PublishedItems = z.object({
  orderItems: z.array(
    z.object({
      orderItemId: z.string(),
      quantityOrdered: z.number(),
      product: z.object({ sellerSku: z.string(), asin: z.string(), title: z.string() }),
    }),
  ),
});
