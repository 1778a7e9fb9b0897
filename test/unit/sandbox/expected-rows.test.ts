import { z } from 'zod';
import { expectedRows } from '../../../sandbox/expected-rows';
import { minorOf } from '../../../sandbox/money';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import { connect, ORDERS } from './sandbox-client';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const window = { from: '2025-05-16T00:00:00Z', to: '2025-06-15T00:00:00Z' };

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const Money = z.object({ amount: z.string(), currencyCode: z.string() });
const SearchPage = z.object({
  orders: z.array(
    z.object({
      orderId: z.string(),
      proceeds: z.object({ grandTotal: Money }).optional(),
      orderItems: z.array(
        z.object({
          product: z.object({
            sellerSku: z.string(),
            price: z.object({ unitPrice: Money }).optional(),
          }),
          proceeds: z
            .object({
              proceedsTotal: Money,
              breakdowns: z.array(z.object({ type: z.string(), subtotal: Money })),
            })
            .optional(),
        }),
      ),
    }),
  ),
});

test.each([
  [['ATVPDKIKX0DER', 'A2EUQ1WTGCTBG2', 'A1AM78C64UM0Y8']],
  [['A1F83G8C2ARO7P', 'A1PA6795UKMFR9', 'A2NODRKZP88ZB9', 'A1C3SOZRARQ6R3']],
  [['A1VC38T7YXB528']],
])('search and report agree with the truth on every amount in %j', async (marketplaceIds) => {
  sandbox = await startSandbox({
    now: () => NOW,
    clockSpeed: 1000,
    sellers: [
      {
        kind: 'generated',
        seed: 11,
        size: { orders: 1200, skus: 50, claims: 0 },
        marketplaceIds,
      },
    ],
  });
  const [seller] = sandbox.sellers;
  if (!seller) throw new Error('no seller');
  const client = await connect(sandbox);
  const { body } = await client.get(ORDERS, {
    createdAfter: window.from,
    createdBefore: window.to,
    marketplaceIds: marketplaceIds.join(','),
    includedData: 'PROCEEDS',
  });
  const found = SearchPage.parse(body).orders;
  const ended = await client.report({
    reportType: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL',
    marketplaceIds,
    dataStartTime: window.from,
    dataEndTime: window.to,
  });
  const rows = await client.rows(ended.reportDocumentId ?? '');

  const truth = new Map(expectedRows(seller).orders.map((order) => [order.amazonOrderId, order]));
  const chargedOf = (row: Record<string, string>) => {
    const currency = row.currency ?? '';
    const minor = (column: string) => (row[column] ? minorOf(row[column], currency) : 0);
    const taxOnTop = ['Amazon.com', 'Amazon.ca'].includes(row['sales-channel'] ?? '');
    return (
      ['item-price', 'shipping-price', 'gift-wrap-price']
        .concat(taxOnTop ? ['item-tax', 'shipping-tax', 'gift-wrap-tax'] : [])
        .map(minor)
        .reduce((sum, amount) => sum + amount, 0) -
      minor('item-promotion-discount') -
      minor('ship-promotion-discount')
    );
  };

  expect(found.length).toBeGreaterThan(80);
  for (const order of found) {
    const right = truth.get(order.orderId);
    const lines = rows.filter((row) => row['amazon-order-id'] === order.orderId);
    expect(lines.map(({ sku }) => sku)).toEqual(right?.items.map(({ sku }) => sku));
    expect(order.orderItems.map(({ product }) => product.sellerSku)).toEqual(
      lines.map(({ sku }) => sku),
    );
    expect(order.proceeds?.grandTotal.amount ?? null).toBe(right?.total);
    for (const [position, line] of lines.entries()) {
      const item = order.orderItems[position];
      const parts = item?.proceeds?.breakdowns ?? [];
      const partsOf = (...types: string[]) =>
        parts
          .filter(({ type }) => types.includes(type))
          .map(({ subtotal }) => minorOf(subtotal.amount, subtotal.currencyCode))
          .reduce((sum, amount) => sum + amount, 0);
      const proceeds = item?.proceeds?.proceedsTotal;
      expect(partsOf('ITEM', 'SHIPPING', 'GIFT_WRAP', 'TAX', 'DISCOUNT')).toBe(chargedOf(line));
      const unit = item?.product.price?.unitPrice;
      if (unit)
        expect(minorOf(unit.amount, unit.currencyCode) * Number(line.quantity)).toBe(
          partsOf('ITEM'),
        );
      expect(line.currency).toBe(proceeds?.currencyCode ?? '');
      expect(chargedOf(line)).toBe(proceeds ? minorOf(proceeds.amount, proceeds.currencyCode) : 0);
      expect(line['item-price'] || null).toBe(right?.items[position]?.itemPrice);
      expect(line['product-name']).toBe(right?.items[position]?.title);
    }
  }
});

test('several lines of one reimbursement are told apart by their place', async () => {
  sandbox = await startSandbox({
    sellers: [{ kind: 'generated', seed: 1, size: { orders: 0, skus: 1, claims: 1 } }],
  });
  const [seller] = sandbox.sellers;
  const [claim] = seller?.claims ?? [];
  if (!seller || !claim) throw new Error('no claim');
  seller.claims.push({ ...claim }, { ...claim, reason: 'Other' }, { ...claim });
  expect(expectedRows(seller).claims.map(({ occurrence }) => occurrence)).toEqual([0, 1, 0, 2]);
});
