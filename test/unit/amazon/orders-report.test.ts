import fc from 'fast-check';
import { MalformedAnswer } from '../../../amazon/errors';
import { parseOrdersReport } from '../../../amazon/orders-report';
import { collect, errorOf, pieces } from './local-amazon';
import { ORDER_LINE, type OrderLine, ordersReport } from './report-texts';

const parse = async (...texts: string[]) =>
  (await collect(parseOrdersReport(pieces(...texts)))).flat();
const one = async (line: OrderLine) => (await parse(ordersReport([{ ...ORDER_LINE, ...line }])))[0];

test('a line becomes an order with its exact total and nothing personal', async () => {
  const orders = await parse(ordersReport([ORDER_LINE]));
  expect(orders).toEqual([
    {
      amazonOrderId: '111-0000001-0000001',
      marketplaceId: 'ATVPDKIKX0DER',
      salesChannel: 'Amazon.com',
      purchaseDate: '2025-11-01T10:20:30.000Z',
      lastUpdated: '2025-11-02T01:00:00.000Z',
      status: 'SHIPPED',
      fulfilledBy: 'AMAZON',
      isBusiness: false,
      currency: 'USD',
      total: '25.86',
      items: [
        {
          orderItemId: null,
          sku: 'POT-5',
          asin: 'B000000001',
          title: 'Plant pot 5" green',
          quantity: 2,
          status: 'SHIPPED',
          currency: 'USD',
          itemPrice: '25.98',
          itemTax: '2.08',
          shippingPrice: '4.99',
          shippingTax: '0.40',
          giftWrapPrice: null,
          giftWrapTax: null,
          promotionDiscount: '7.59',
        },
      ],
    },
  ]);
  expect(JSON.stringify(orders)).not.toContain('PERSONAL');
});

test('the lines of an order are one order', async () => {
  const second = { ...ORDER_LINE, sku: 'B', 'item-price': '1', 'item-tax': '' };
  const other = { ...ORDER_LINE, 'amazon-order-id': 'other' };
  const orders = await parse(ordersReport([ORDER_LINE, second, other]));
  expect(orders.map(({ items }) => items.map(({ sku }) => sku))).toEqual([
    ['POT-5', 'B'],
    ['POT-5'],
  ]);
  expect(orders[0]?.total).toBe('24.66');
});

test('a pending order has neither currency nor total', async () => {
  const pending = { 'order-status': 'Pending', 'item-status': 'Pending' };
  const amounts = Object.keys(ORDER_LINE).filter((name) => /price|tax|discount/.test(name));
  const none = Object.fromEntries(amounts.map((name) => [name, '']));
  expect(await one({ ...pending, ...none })).toMatchObject({
    status: 'PENDING',
    currency: null,
    total: null,
    items: [{ currency: null, itemPrice: null }],
  });
});

test.each([
  ['Shipped - Delivered to Buyer', 'SHIPPED'],
  ['Pending - Waiting for Pick Up', 'PENDING'],
  ['PartiallyShipped', 'PARTIALLY_SHIPPED'],
  ['Partially Shipped', 'PARTIALLY_SHIPPED'],
  ['Canceled', 'CANCELLED'],
  ['Shipping', 'UNSHIPPED'],
  ['PendingAvailability', 'PENDING_AVAILABILITY'],
  ['Something New', 'SOMETHING_NEW'],
])('the status %s is %s', async (written, status) => {
  expect(await one({ 'order-status': written })).toMatchObject({ status });
});

test.each([
  ['amazon.CO.uk', 'Amazon.co.uk', 'A1F83G8C2ARO7P'],
  ['Non-Amazon US', 'Non-Amazon US', null],
])('the sales channel %s is %s', async (written, salesChannel, marketplaceId) => {
  expect(await one({ 'sales-channel': written })).toMatchObject({ salesChannel, marketplaceId });
});

const taxed = {
  'item-price': '119.00',
  'item-tax': '19.00',
  'shipping-price': '5.95',
  'shipping-tax': '0.95',
  'gift-wrap-price': '2.38',
  'gift-wrap-tax': '0.38',
  'item-promotion-discount': '10.00',
  'ship-promotion-discount': '',
};
const withoutTax = { ...taxed, 'item-tax': '0.00', 'shipping-tax': '', 'gift-wrap-tax': '0' };

test.each<[string, string, OrderLine, string | null]>([
  ['on top of the prices in the US', 'Amazon.com', taxed, '137.66'],
  ['on top of the prices in Canada', 'Amazon.ca', taxed, '137.66'],
  ['in the prices in Germany', 'Amazon.de', taxed, '117.33'],
  ['in the prices in Mexico', 'Amazon.com.mx', taxed, '117.33'],
  [
    'in the prices in Japan',
    'Amazon.co.jp',
    { ...pricesOnly('5980', '543'), currency: 'JPY' },
    '5980',
  ],
  ['either way in an unknown marketplace, which has no total', 'Non-Amazon US', taxed, null],
  ['zero, which leaves a total to an unknown marketplace', 'Non-Amazon', withoutTax, '117.33'],
  ['zero in Germany, as for a reverse charge', 'Amazon.de', withoutTax, '117.33'],
])('tax is %s', async (_, salesChannel, amounts, total) => {
  const order = await one({ 'sales-channel': salesChannel, ...amounts });
  expect(order).toMatchObject({ currency: amounts.currency ?? 'USD', total });
  expect(order?.items[0]?.itemPrice).toBe(amounts['item-price']);
  expect(order?.items[0]?.itemTax).toBe(amounts['item-tax']);
});

function pricesOnly(price: string, tax: string): OrderLine {
  const none = Object.keys(taxed).map((name) => [name, '']);
  return { ...Object.fromEntries(none), 'item-price': price, 'item-tax': tax };
}

test('a discount is what is taken off, with or without a minus', async () => {
  expect(await one({ 'item-promotion-discount': '-2.60' })).toMatchObject({ total: '25.86' });
});

test('columns are found by name, and a lone quote means nothing', async () => {
  const text =
    'NEW\tquantity\tsku\titem-price\tcurrency\tsales-channel\torder-status\tlast-updated-date\tpurchase-date\tamazon-order-id\tproduct-name\r\n' +
    '"\t1\tA\t1\tEUR\tAmazon.de\tShipped\t2025-01-01T00:00:00Z\t2025-01-01T00:00:00Z\to1\t5" pot\r\n' +
    '"\t1\tB\t2\tEUR\tAmazon.de\tShipped\t2025-01-01T00:00:00Z\t2025-01-01T00:00:00Z\to2\t"all" of it"';
  expect((await parse(text)).map(({ items }) => items[0]?.title)).toEqual([
    '5" pot',
    '"all" of it"',
  ]);
});

test.each([
  ['a header only', ordersReport([])],
  ['a header without a line end', ordersReport([], '')],
])('%s is an empty report', async (_, text) => {
  expect(await collect(parseOrdersReport(pieces(text)))).toEqual([]);
});

const report = ordersReport([ORDER_LINE, { ...ORDER_LINE, 'amazon-order-id': 'o2' }]);

test.each([
  ['line ends of one character', report.replaceAll('\r\n', '\n')],
  ['no line end at its end', report.slice(0, -2)],
  ['a byte order mark', `\uFEFF${report}`],
  ['blank lines', `${report}\r\n\r\n`],
])('%s changes nothing', async (_, text) => {
  expect(await parse(text)).toEqual(await parse(report));
});

test.each([
  ['a line that breaks off', report.slice(0, -60), 'Line 3 of the report breaks off'],
  [
    'a line with a tab too many',
    report.replace('PERSONAL-PO', 'PERSONAL\tPO\tPERSONAL'),
    'more cells',
  ],
  ['a tab in a title', report.replace('pot 5', 'pot\t5'), 'item-price is not an amount'],
  ['a missing column', report.replace('item-price', 'price'), 'lacks the columns item-price'],
  [
    'no amount',
    report.replace('25.98', '1,234'),
    'Line 2 of the report: item-price is not an amount',
  ],
  ['no time', report.replace('10:20:30+00:00', '10:20:30'), 'purchase-date is not a time'],
  ['no order id', report.replace('o2', ''), 'Line 3 of the report: amazon-order-id is empty'],
  ['an endless line', `${report}${'x'.repeat(1024 * 1024 + 1)}`, 'more than 1 MB'],
  // What Amazon once sent for a range that was too long.
  ['no bytes', '', 'lacks its header'],
  ['an error page', '<html>\n<body>', 'lacks the columns amazon-order-id, '],
])('%s is malformed, and the error tells no cell', async (_, text, words) => {
  const source = Object.assign(pieces(text), { requestId: 'request-7' });
  const error = await errorOf(collect(parseOrdersReport(source)));
  expect(error).toBeInstanceOf(MalformedAnswer);
  expect(error).toMatchObject({ requestId: 'request-7', operation: 'downloadDocument' });
  expect(String(error)).toContain(words);
  expect(String(error)).not.toContain('PERSONAL');
});

test('a line over 1 MB is given up before it is whole', async () => {
  let read = 0;
  async function* endless() {
    for (;;) {
      read += 1;
      yield 'x'.repeat(64 * 1024);
    }
  }
  expect(await errorOf(collect(parseOrdersReport(endless())))).toBeInstanceOf(MalformedAnswer);
  expect(read).toBe(17);
});

test('batches hold 1,000 orders, split none and lose none', async () => {
  const lines = Array.from({ length: 3_400 }, (_, order) =>
    Array.from({ length: 1 + (order % 3) }, () => ({
      ...ORDER_LINE,
      'amazon-order-id': `o${order}`,
    })),
  ).flat();
  // A line that comes 1,000 orders late still meets its order.
  const late = { ...ORDER_LINE, 'amazon-order-id': 'o0' };
  lines.splice(
    lines.findIndex((line) => line['amazon-order-id'] === 'o1000'),
    0,
    late,
  );
  const batches = await collect(parseOrdersReport(pieces(ordersReport(lines))));
  expect(batches.map((batch) => batch.length)).toEqual([1_000, 1_000, 1_000, 400]);
  const orders = batches.flat();
  expect(new Set(orders.map(({ amazonOrderId }) => amazonOrderId)).size).toBe(3_400);
  expect(orders.flatMap(({ items }) => items)).toHaveLength(lines.length);
  expect(orders.find(({ amazonOrderId }) => amazonOrderId === 'o0')?.items).toHaveLength(2);
});

test('an order whose lines never end is malformed rather than kept in memory', async () => {
  async function* endless() {
    const [header = '', line = ''] = ordersReport([ORDER_LINE], '\n').split('\n');
    yield `${header}\n`;
    for (let lines = 0; lines < 50_000; lines += 1) yield `${line}\n`;
  }
  const error = await errorOf(collect(parseOrdersReport(endless())));
  expect(error).toBeInstanceOf(MalformedAnswer);
  expect(String(error)).toContain('more than 5000 lines');
});

const cell = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\t\r\n]/g, ' '));

test('wherever a report is cut into pieces, its orders are the same', async () => {
  const line = fc.record({ id: fc.constantFrom('a', 'b', 'c'), title: cell, sku: cell });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(3000)), async (lines, cuts) => {
      const rows = lines.map(({ id, title, sku }) => ({
        ...ORDER_LINE,
        'amazon-order-id': id,
        'product-name': title,
        sku,
      }));
      const text = ordersReport(rows);
      const places = [0, ...cuts.filter((cut) => cut < text.length), text.length];
      places.sort((a, b) => a - b);
      const cut = places.slice(1).map((end, index) => text.slice(places[index], end));
      expect(await parse(...cut)).toEqual(await parse(text));
      const titles = (await parse(text)).flatMap(({ items }) => items.map((item) => item.title));
      expect(titles.toSorted()).toEqual(lines.map((row) => row.title.trim() || null).toSorted());
    }),
  );
});
