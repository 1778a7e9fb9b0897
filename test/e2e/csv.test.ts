import { start } from './bodies';
import { firstSeller, startTestStack, type TestStack, type TestUser } from './test-stack';

let stack: TestStack;
let user: TestUser;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
  const seller = firstSeller(stack);
  const [first] = seller.orders;
  const [item] = first?.items ?? [];
  // What a buyer of trouble could name a product.
  if (first !== undefined && item !== undefined) {
    const product = { ...item.product, title: '=HYPERLINK("https://evil.example","x"), 5" pot' };
    seller.orders[0] = { ...first, items: [{ ...item, product }, ...first.items.slice(1)] };
  }
  user = await stack.user(seller);
  await user.client.untilEnded(await start(user.client), 60_000);
});
afterAll(() => stack.stop());

const get = (path: string, cookie = user.cookie) =>
  fetch(`${stack.apiUrl}/api/v1/integrations/amazon/${path}`, { headers: { cookie } });

/** Reads a file by RFC 4180, which a spreadsheet would. */
function cellsOf(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (quoted && letter === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (letter === '"') {
      quoted = !quoted;
    } else if (!quoted && letter === ',') {
      cells.push(cell);
      cell = '';
    } else if (!quoted && text.startsWith('\r\n', at)) {
      lines.push([...cells, cell]);
      cells = [];
      cell = '';
      at += 1;
    } else {
      cell += letter;
    }
  }
  expect([cell, cells, quoted]).toEqual(['', [], false]);
  return lines;
}

async function table(path: string): Promise<Record<string, string>[]> {
  const bytes = await (await get(path)).arrayBuffer();
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  expect(text.startsWith('\uFEFF')).toBe(true);
  const [header = [], ...lines] = cellsOf(text.slice(1));
  return lines.map((cells) => {
    expect(cells).toHaveLength(header.length);
    return Object.fromEntries(header.map((title, index) => [title, cells[index] ?? '']));
  });
}

test('each list is a file with every row, whatever the limit', async () => {
  const { orders, inventory, claims, returns } = firstSeller(stack);
  const items = orders.flatMap((order) =>
    order.items.map((item) => `${order.orderId} ${item.product.sku}`),
  );
  const orderRows = await table('orders?format=csv&limit=1');
  expect(orderRows.map((row) => `${row['order id']} ${row.sku}`).sort()).toEqual(items.sort());
  expect(await table('inventory?format=csv')).toHaveLength(inventory.length);
  expect(await table('claims?format=csv')).toHaveLength(claims.length);
  const returned = await table('returns?format=csv');
  expect(returned.map((row) => row['order id']).sort()).toEqual(
    returns.map(({ orderId }) => orderId).sort(),
  );
  const [{ marketplaceId } = { marketplaceId: '' }] = inventory;
  const there = inventory.filter((stock) => stock.marketplaceId === marketplaceId);
  const filtered = await table(`inventory?format=csv&marketplaceId=${marketplaceId}`);
  expect(filtered.map(({ sku }) => sku).sort()).toEqual(
    there.map(({ product }) => product.sku).sort(),
  );
});

test('amounts are those of the rows, negative ones too', async () => {
  const rows = await table('claims?format=csv');
  const totals = rows.map((row) => row['amount total'] ?? '');
  expect(totals.some((total) => total.startsWith('-'))).toBe(true);
  const { body } = await user.client.get('/api/v1/integrations/amazon/claims?limit=200');
  const answered = JSON.stringify(body).match(/"amountTotal":"[^"]*"/g) ?? [];
  expect(totals.map((total) => `"amountTotal":"${total}"`)).toEqual(answered);
});

test('a title that a spreadsheet would run is only a title', async () => {
  const rows = await table('orders?format=csv');
  const titles = rows.map(({ title }) => title ?? '');
  expect(titles).toContain('\'=HYPERLINK("https://evil.example","x"), 5" pot');
  expect(titles.filter((title) => /^[=+\-@\t\r]/.test(title))).toEqual([]);
});

test('it comes as a download, and is nobody else’s', async () => {
  const response = await get('claims?format=csv');
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe(
    'attachment; filename="amazon-claims.csv"',
  );
  await response.body?.cancel();
  const stranger = await stack.user();
  const empty = await (await get('orders?format=csv', stranger.cookie)).text();
  expect(empty.split('\r\n')).toHaveLength(2);
  expect((await get('orders?format=csv', '')).status).toBe(401);
  expect((await get('orders?format=xml')).status).toBe(400);
});
