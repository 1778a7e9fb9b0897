import fc from 'fast-check';
import { MalformedAnswer } from '../../../amazon/errors';
import { parseOrdersReport } from '../../../amazon/orders-report';
import {
  collect,
  type LocalAmazon,
  never,
  pieces,
  sendJson,
  startLocalAmazon,
} from './local-amazon';
import { ORDER_LINE, ordersReport } from './report-texts';

// What holds for every answer of the two operations that are read as JSON; the examples are in files of their own.

let local: LocalAmazon;
let body: unknown;
beforeAll(async () => {
  local = await startLocalAmazon({ api: (_, response) => sendJson(response, 200, body) });
});
afterAll(() => local.close());

const orders = (answer: unknown) => {
  body = answer;
  const query = { marketplaceIds: [US], lastUpdatedAfter: '2025-11-01T00:00:00Z' };
  return local.seller.searchOrders(query, never());
};
const stock = (answer: unknown) => {
  body = answer;
  return local.seller.inventoryPage({ marketplaceId: US }, never());
};

const US = 'ATVPDKIKX0DER';
const DE = 'A1PA6795UKMFR9';

/** Cents, and what is made of them. */
const cents = fc.option(fc.nat(10_000_000), { freq: 4 });
const decimal = (amount: number) => (amount / 100).toFixed(2);
const line = fc.record({
  quantity: fc.integer({ min: 1, max: 50 }),
  price: fc.nat(10_000_000),
  tax: cents,
  shipping: cents,
  shippingTax: cents,
  giftWrap: cents,
  discount: cents,
});
const lines = fc.array(line, { minLength: 1, maxLength: 6 });

interface Line {
  quantity: number;
  price: number;
  tax: number | null;
  shipping: number | null;
  shippingTax: number | null;
  giftWrap: number | null;
  discount: number | null;
}

test('any order is the same from a search as from a report, and its total the exact sum', async () => {
  await fc.assert(
    fc.asyncProperty(lines, async (given) => {
      const { orders: searched } = await orders({ orders: [searchedOrder(given)] });
      const text = ordersReport(given.map(reportLine));
      const reported = (await collect(parseOrdersReport(pieces(text)))).flat();
      const withoutIds = searched.map((order) => ({
        ...order,
        items: order.items.map((item) => ({ ...item, orderItemId: null })),
      }));
      expect(withoutIds).toEqual(reported);
      const sum = given.reduce((all, one) => all + totalOf(one), 0);
      expect(searched[0]?.total).toBe(decimal(sum));
    }),
  );
});

test('where prices have their tax in them, it is added to the price that it is of and counted once', async () => {
  await fc.assert(
    fc.asyncProperty(lines, async (given) => {
      const order = searchedOrder(given, { currencyCode: 'EUR', marketplaceId: DE });
      const [read] = (await orders({ orders: [order] })).orders;
      const sum = given.reduce((all, one) => all + totalOf(one), 0);
      expect(read?.total).toBe(decimal(sum));
      expect(read?.items.map(({ itemPrice }) => itemPrice)).toEqual(
        given.map(({ price, tax }) => decimal(price + (tax ?? 0))),
      );
    }),
  );
});

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const units = fc.nat(1_000_000);
const summary = fc.record({
  sellerSku: text.filter((sku) => sku !== ''),
  productName: text,
  lastUpdatedTime: fc.constantFrom('', '2025-11-01T00:00:00Z', '2025-11-01T02:00:00+02:00'),
  totalQuantity: units,
  fulfillable: units,
  reserved: fc.option(units),
});

test('a page of stock has as many items as its answer, with their own units', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(summary, { maxLength: 50 }), text, async (given, nextToken) => {
      const inventorySummaries = given.map(({ fulfillable, reserved, ...rest }) => ({
        ...rest,
        inventoryDetails: {
          fulfillableQuantity: fulfillable,
          ...(reserved !== null && { reservedQuantity: { totalReservedQuantity: reserved } }),
        },
      }));
      const page = await stock({ payload: { inventorySummaries }, pagination: { nextToken } });
      expect(page.nextToken).toBe(nextToken || null);
      expect(page.items).toMatchObject(
        given.map(({ sellerSku, totalQuantity, fulfillable, reserved, lastUpdatedTime }) => ({
          sku: sellerSku,
          total: totalQuantity,
          fulfillable,
          reserved: reserved ?? 0,
          lastUpdated: lastUpdatedTime === '' ? null : '2025-11-01T00:00:00.000Z',
        })),
      );
    }),
  );
});

const WHOLE = {
  orders: { orders: [searchedOrder([oneLine()])], pagination: { nextToken: 'next' } },
  stock: {
    payload: {
      inventorySummaries: [
        { sellerSku: 'S', totalQuantity: 1, inventoryDetails: { fulfillableQuantity: 1 } },
      ],
    },
    pagination: { nextToken: 'next' },
  },
};

test.each([
  ['orders', orders, WHOLE.orders],
  ['stock', stock, WHOLE.stock],
] as const)(
  'whatever stands anywhere in an answer of %s, it is read or malformed',
  async (_, read, whole) => {
    const places = placesOf(whole);
    await fc.assert(
      fc.asyncProperty(fc.nat(places.length - 1), fc.jsonValue(), async (index, value) => {
        const answer = replaced(whole, places[index] ?? [], value);
        try {
          await read(answer);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedAnswer);
        }
      }),
      { numRuns: 300 },
    );
  },
);

test.each([
  ['orders', orders, WHOLE.orders],
  ['stock', stock, WHOLE.stock],
] as const)(
  'whatever Amazon adds anywhere to an answer of %s changes nothing',
  async (_, read, whole) => {
    const plain = await read(whole);
    const places = placesOf(whole);
    await fc.assert(
      fc.asyncProperty(fc.nat(places.length - 1), fc.jsonValue(), async (index, value) => {
        const place = [...(places[index] ?? []).slice(0, -1), 'fieldOfTomorrow'];
        expect(await read(replaced(whole, place, value))).toEqual(plain);
      }),
    );
  },
);

function oneLine(): Line {
  return {
    quantity: 2,
    price: 1299,
    tax: 100,
    shipping: 499,
    shippingTax: 40,
    giftWrap: 0,
    discount: 250,
  };
}

/** What the buyer pays for a line: taxes come on top of prices that are without them. */
function totalOf({ price, tax, shipping, shippingTax, giftWrap, discount }: Line): number {
  const added = [tax, shipping, shipping === null ? null : shippingTax, giftWrap];
  return added.reduce<number>((sum, one) => sum + (one ?? 0), price) - (discount ?? 0);
}

function searchedOrder(
  given: readonly Line[],
  { currencyCode, marketplaceId } = { currencyCode: 'USD', marketplaceId: US },
) {
  const money = (amount: number) => ({ amount: decimal(amount), currencyCode });
  return {
    orderId: ORDER_LINE['amazon-order-id'],
    createdTime: '2025-11-01T10:20:30Z',
    lastUpdatedTime: '2025-11-02T01:00:00Z',
    salesChannel: { channelName: 'AMAZON', marketplaceId },
    fulfillment: { fulfillmentStatus: 'SHIPPED', fulfilledBy: 'AMAZON' },
    orderItems: given.map((one, index) => ({
      orderItemId: `item-${index}`,
      quantityOrdered: one.quantity,
      product: { asin: ORDER_LINE.asin, title: ORDER_LINE['product-name'], sellerSku: 'POT-5' },
      proceeds: { breakdowns: breakdownsOf(one, money) },
      fulfillment: { quantityFulfilled: one.quantity, quantityUnfulfilled: 0 },
    })),
  };
}

function breakdownsOf(
  { price, tax, shipping, shippingTax: asked, giftWrap, discount }: Line,
  money: (amount: number) => { amount: string; currencyCode: string },
) {
  // There is no tax on a shipping that is not paid for.
  const shippingTax = shipping === null ? null : asked;
  const part = (type: string, amount: number | null) =>
    amount === null ? [] : [{ type, subtotal: money(amount) }];
  const detail = (subtype: string, amount: number | null) =>
    amount === null ? [] : [{ subtype, value: money(amount) }];
  const hasTax = tax !== null || shippingTax !== null;
  return [
    ...part('ITEM', price),
    ...part('SHIPPING', shipping),
    ...part('GIFT_WRAP', giftWrap),
    ...(hasTax
      ? [
          {
            type: 'TAX',
            subtotal: money((tax ?? 0) + (shippingTax ?? 0)),
            detailedBreakdowns: [...detail('ITEM', tax), ...detail('SHIPPING', shippingTax)],
          },
        ]
      : []),
    ...(discount === null ? [] : [{ type: 'DISCOUNT', subtotal: money(-discount) }]),
  ];
}

function reportLine({ quantity, price, tax, shipping, shippingTax, giftWrap, discount }: Line) {
  const cell = (amount: number | null) => (amount === null ? '' : decimal(amount));
  return {
    ...ORDER_LINE,
    quantity: String(quantity),
    'item-price': cell(price),
    'item-tax': cell(tax),
    'shipping-price': cell(shipping),
    'shipping-tax': shipping === null ? '' : cell(shippingTax),
    'gift-wrap-price': cell(giftWrap),
    'gift-wrap-tax': '',
    'item-promotion-discount': cell(discount),
    'ship-promotion-discount': '',
  };
}

type Place = (string | number)[];

/** The path of every value inside a JSON value. */
function placesOf(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((one, index) => [index, one])
    : Object.entries(value);
  const inside = entries.flatMap(([key, one]) => placesOf(one, [...place, key]));
  return place.length === 0 ? inside : [place, ...inside];
}

/** A copy with another value at a place. */
function replaced(value: unknown, [key, ...rest]: Place, other: unknown): unknown {
  if (key === undefined) return other;
  if (Array.isArray(value)) {
    return value.map((one, index) => (index === key ? replaced(one, rest, other) : one));
  }
  const object = typeof value === 'object' && value !== null ? value : {};
  const [inside] = Object.entries(object).flatMap(([name, one]) => (name === key ? [one] : []));
  return { ...object, [key]: replaced(inside, rest, other) };
}
