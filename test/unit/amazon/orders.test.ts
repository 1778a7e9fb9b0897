import { parseOrdersReport } from '../../../amazon/orders-report';
import {
  collect,
  errorOf,
  type LocalAmazon,
  never,
  pieces,
  sendJson,
  startLocalAmazon,
} from './local-amazon';
import { ORDER_LINE, type OrderLine, ordersReport } from './report-texts';

let local: LocalAmazon;
let orders: unknown[];
beforeEach(async () => {
  local = await startLocalAmazon({
    api: (_, response) =>
      sendJson(response, 200, {
        orders,
        pagination: { nextToken: 'next' },
        lastUpdatedBefore: '2025-11-03T00:00:00Z',
      }),
  });
});
afterEach(() => local.close());

const usd = (amount: string) => ({ amount, currencyCode: 'USD' });

const ITEM = {
  orderItemId: 'i1',
  quantityOrdered: 2,
  product: {
    asin: 'B000000001',
    title: 'Plant pot 5" green',
    sellerSku: 'POT-5',
    price: { unitPrice: usd('12.99') },
  },
  proceeds: {
    proceedsTotal: usd('25.86'),
    breakdowns: [
      { type: 'ITEM', subtotal: usd('25.98') },
      { type: 'SHIPPING', subtotal: usd('4.99') },
      {
        type: 'TAX',
        subtotal: usd('2.48'),
        detailedBreakdowns: [
          { subtype: 'ITEM', value: usd('2.08') },
          { subtype: 'SHIPPING', value: usd('0.40') },
        ],
      },
      { type: 'DISCOUNT', subtotal: usd('-7.59') },
      { type: 'NEW_TYPE', subtotal: usd('1.00') },
    ],
  },
  fulfillment: { quantityFulfilled: 2, quantityUnfulfilled: 0, newField: {} },
};

const ORDER = {
  orderId: '111-0000001-0000001',
  createdTime: '2025-11-01T10:20:30Z',
  lastUpdatedTime: '2025-11-02T01:00:00Z',
  salesChannel: {
    channelName: 'AMAZON',
    marketplaceId: 'ATVPDKIKX0DER',
    marketplaceName: 'Amazon.com',
  },
  buyer: { buyerEmail: 'PERSONAL' },
  recipient: { deliveryAddress: { name: 'PERSONAL' } },
  fulfillment: { fulfillmentStatus: 'SHIPPED', fulfilledBy: 'AMAZON' },
  orderItems: [ITEM],
};

const page = (query = {}) =>
  local.seller.searchOrders(
    { marketplaceIds: ['A', 'B'], lastUpdatedAfter: 't', ...query },
    never(),
  );
const search = async (...given: unknown[]) => {
  orders = given;
  return (await page()).orders;
};

test('a search asks for full pages and for nothing personal', async () => {
  orders = [];
  expect(await page({ paginationToken: 'a+b=' })).toEqual({
    orders: [],
    nextToken: 'next',
    lastUpdatedBefore: '2025-11-03T00:00:00.000Z',
    createdBefore: null,
  });
  expect(Object.fromEntries(local.requests[0]?.query ?? [])).toEqual({
    marketplaceIds: 'A,B',
    lastUpdatedAfter: 't',
    paginationToken: 'a+b=',
    maxResultsPerPage: '100',
    includedData: 'PROCEEDS,FULFILLMENT,CANCELLATION',
  });
});

const pendingLine = Object.fromEntries(
  Object.keys(ORDER_LINE)
    .filter((name) => /price|tax|discount/.test(name))
    .map((name) => [name, '']),
);

test.each<[string, object, OrderLine]>([
  ['shipped', {}, {}],
  [
    'pending',
    {
      fulfillment: { fulfillmentStatus: 'PENDING', fulfilledBy: 'AMAZON' },
      orderItems: [
        { ...ITEM, product: { ...ITEM.product, price: undefined }, proceeds: undefined },
      ],
    },
    { ...pendingLine, 'order-status': 'Pending', 'item-status': 'Pending' },
  ],
  [
    'cancelled',
    {
      fulfillment: { fulfillmentStatus: 'CANCELLED', fulfilledBy: 'MERCHANT' },
      orderItems: [{ ...ITEM, quantityOrdered: 0, proceeds: undefined }],
    },
    {
      ...pendingLine,
      'order-status': 'Cancelled',
      'item-status': 'Cancelled',
      'fulfillment-channel': 'Merchant',
      quantity: '0',
    },
  ],
  [
    'cancelled line of a shipped business',
    {
      programs: ['AMAZON_BUSINESS'],
      orderItems: [{ ...ITEM, cancellation: { cancellationExecution: { cancelledBy: 'BUYER' } } }],
    },
    { 'item-status': 'Cancelled', 'is-business-order': 'true' },
  ],
])('a %s order is the same from a search as from a report', async (_, order, line) => {
  const [searched] = await search({ ...ORDER, ...order });
  const text = ordersReport([{ ...ORDER_LINE, ...line }]);
  const [reported] = (await collect(parseOrdersReport(pieces(text)))).flat();
  expect(searched?.items[0]?.orderItemId).toBe('i1');
  expect({
    ...searched,
    items: searched?.items.map((item) => ({ ...item, orderItemId: null })),
  }).toEqual(reported);
  expect(JSON.stringify(searched)).not.toContain('PERSONAL');
});

const DE = {
  channelName: 'AMAZON',
  marketplaceId: 'A1PA6795UKMFR9',
  marketplaceName: 'Amazon.de',
};
const JP = {
  channelName: 'AMAZON',
  marketplaceId: 'A1VC38T7YXB528',
  marketplaceName: 'Amazon.co.jp',
};

type Amounts = [type: string, amount: string, details?: Record<string, string>][];

/** The one item of an order with these parts of its proceeds. */
function itemWith(currencyCode: string, breakdowns: Amounts) {
  const money = (amount: string) => ({ amount, currencyCode });
  return {
    ...ITEM,
    product: { ...ITEM.product, price: undefined },
    proceeds: {
      breakdowns: breakdowns.map(([type, amount, details]) => ({
        type,
        subtotal: money(amount),
        detailedBreakdowns:
          details &&
          Object.entries(details).map(([subtype, value]) => ({ subtype, value: money(value) })),
      })),
    },
  };
}

const germanLine: OrderLine = {
  'sales-channel': 'Amazon.de',
  currency: 'EUR',
  'item-price': '119.00',
  'item-tax': '19.00',
  'shipping-price': '5.95',
  'shipping-tax': '0.95',
  'gift-wrap-price': '2.38',
  'gift-wrap-tax': '0.38',
  'item-promotion-discount': '11.90',
  'ship-promotion-discount': '',
};
const none = {
  'shipping-price': '',
  'shipping-tax': '',
  'gift-wrap-price': '',
  'gift-wrap-tax': '',
};

test.each<[string, object, string, Amounts, OrderLine, string]>([
  [
    'German order, 19 % in every price',
    DE,
    'EUR',
    [
      ['ITEM', '100.00'],
      ['SHIPPING', '5.00'],
      ['GIFT_WRAP', '2.00'],
      ['TAX', '20.33', { ITEM: '19.00', SHIPPING: '0.95', GIFT_WRAP: '0.38' }],
      ['DISCOUNT', '-11.90', { ITEM: '-11.90' }],
    ],
    germanLine,
    '115.43',
  ],
  [
    'German order whose discount has its tax beside it',
    DE,
    'EUR',
    [
      ['ITEM', '100.00'],
      ['SHIPPING', '5.00'],
      ['GIFT_WRAP', '2.00'],
      ['TAX', '18.43', { ITEM: '19.00', SHIPPING: '0.95', GIFT_WRAP: '0.38', DISCOUNT: '-1.90' }],
      ['DISCOUNT', '-10.00'],
    ],
    germanLine,
    '115.43',
  ],
  [
    'German order whose tax is not split, and so the item’s',
    DE,
    'EUR',
    [
      ['ITEM', '100.00'],
      ['TAX', '19.00'],
    ],
    { ...germanLine, ...none, 'item-promotion-discount': '' },
    '119.00',
  ],
  [
    'Japanese order, without decimals and with a fee that reports do not state',
    JP,
    'JPY',
    [
      ['ITEM', '5437'],
      ['COD_FEE', '300'],
      ['TAX', '573', { ITEM: '543', COD_FEE: '30' }],
    ],
    {
      ...none,
      'sales-channel': 'Amazon.co.jp',
      currency: 'JPY',
      'item-price': '5980',
      'item-tax': '543',
      'item-promotion-discount': '',
      'ship-promotion-discount': '',
    },
    '5980',
  ],
])('a %s: search and report agree', async (_, salesChannel, currency, parts, line, total) => {
  const [searched] = await search({
    ...ORDER,
    salesChannel,
    orderItems: [itemWith(currency, parts)],
  });
  const text = ordersReport([{ ...ORDER_LINE, ...line }]);
  const [reported] = (await collect(parseOrdersReport(pieces(text)))).flat();
  expect(searched?.total).toBe(total);
  expect({
    ...searched,
    items: searched?.items.map((item) => ({ ...item, orderItemId: null })),
  }).toEqual(reported);
});

test('an order of an unknown marketplace keeps its amounts, and with tax it has no total', async () => {
  const salesChannel = { channelName: 'AMAZON', marketplaceId: 'ANEW', marketplaceName: 'New' };
  const order = (tax: string) => ({
    ...ORDER,
    salesChannel,
    orderItems: [
      itemWith('USD', [
        ['ITEM', '10.00'],
        ['TAX', tax],
      ]),
    ],
  });
  expect(await search(order('1.00'), order('0.00'))).toMatchObject([
    { currency: 'USD', total: null, items: [{ itemPrice: '10.00', itemTax: '1.00' }] },
    { currency: 'USD', total: '10.00', items: [{ itemPrice: '10.00', itemTax: '0.00' }] },
  ]);
});

test('tax alone makes no price', async () => {
  const orderItems = [itemWith('EUR', [['TAX', '1.90']])];
  const [order] = await search({ ...ORDER, salesChannel: DE, orderItems });
  expect(order).toMatchObject({ total: null, items: [{ itemPrice: null, itemTax: '1.90' }] });
});

test('without proceeds the price of a line is that of its units', async () => {
  const [order] = await search({ ...ORDER, orderItems: [{ ...ITEM, proceeds: null }] });
  expect(order).toMatchObject({ total: '25.98', items: [{ itemPrice: '25.98', itemTax: null }] });
});

test('the tax of an item is what shipping and gift wrap leave', async () => {
  const tax = (subtotal: string, ...details: [string, string][]) => ({
    ...ITEM,
    proceeds: {
      breakdowns: [
        {
          type: 'TAX',
          subtotal: usd(subtotal),
          detailedBreakdowns: details.map(([subtype, value]) => ({ subtype, value: usd(value) })),
        },
      ],
    },
  });
  const [order] = await search({
    ...ORDER,
    orderItems: [
      tax('3.00'),
      tax('3.00', ['SHIPPING', '1.00'], ['GIFT_WRAP', '0.50']),
      tax('1.00', ['SHIPPING', '1.00']),
    ],
  });
  expect(order?.items).toMatchObject([
    { itemTax: '3.00', shippingTax: null, giftWrapTax: null },
    { itemTax: '1.50', shippingTax: '1.00', giftWrapTax: '0.50' },
    { itemTax: null, shippingTax: '1.00', giftWrapTax: null },
  ]);
});

test.each([
  [1, 1, 'PARTIALLY_SHIPPED'],
  [0, 2, 'UNSHIPPED'],
  [2, 0, 'SHIPPED'],
])('an item with %i units shipped and %i open is %s', async (shipped, open, status) => {
  const fulfillment = { quantityFulfilled: shipped, quantityUnfulfilled: open };
  const partial = { fulfillmentStatus: 'PARTIALLY_SHIPPED' };
  const [order] = await search({
    ...ORDER,
    fulfillment: partial,
    orderItems: [{ ...ITEM, fulfillment }],
  });
  expect(order?.items).toMatchObject([{ status }]);
});

test('words and fields that Amazon adds do no harm', async () => {
  const [order] = await search({
    ...ORDER,
    salesChannel: { channelName: 'NEW', marketplaceId: 'A1F83G8C2ARO7P' },
    fulfillment: { fulfillmentStatus: 'NEW_STATUS', fulfilledBy: 'ROBOT' },
    newField: 1,
  });
  expect(order).toMatchObject({
    status: 'NEW_STATUS',
    fulfilledBy: 'ROBOT',
    salesChannel: 'Amazon.co.uk',
    isBusiness: false,
  });
});

test('an order in two currencies has no total', async () => {
  const yen = (amount: string) => ({ amount, currencyCode: 'JPY' });
  const other = {
    ...ITEM,
    product: {},
    proceeds: { breakdowns: [{ type: 'ITEM', subtotal: yen('1') }] },
  };
  const [order] = await search({ ...ORDER, orderItems: [ITEM, other] });
  expect(order).toMatchObject({ currency: null, total: null });
});

test('a unit’s price in another currency than the proceeds does not spoil the page', async () => {
  const foreign = { price: { unitPrice: { amount: '1950', currencyCode: 'JPY' } } };
  const [order] = await search({
    ...ORDER,
    orderItems: [{ ...ITEM, product: { ...ITEM.product, ...foreign } }],
  });
  expect(order).toMatchObject({ currency: 'USD', items: [{ itemPrice: '25.98' }] });
  orders = [{ ...ORDER, orderItems: [{ ...ITEM, proceeds: null, product: foreign }] }];
  expect((await page()).orders).toMatchObject([{ currency: 'JPY', total: '3900' }]);
});

test('an amount that is no decimal string is malformed', async () => {
  orders = [
    { ...ORDER, orderItems: [{ ...ITEM, product: { price: { unitPrice: usd('12,99') } } }] },
  ];
  expect(await errorOf(page())).toMatchObject({ name: 'MalformedAnswer' });
  orders = [{ ...ORDER, createdTime: '2025-11-01T10:20:30' }];
  expect(String(await errorOf(page()))).toContain('orders.0.createdTime');
});
