import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { start } from '../e2e/bodies';
import type { TestStack, TestUser } from '../e2e/test-stack';
import { type ConsolePage, openConsole, overflow, seriousViolations } from './console-page';
import { startConsoleStack } from './console-stack';
import { openBrowser } from './open-browser';
import { withSession } from './with-session';

jest.setTimeout(300_000);

const VIEWS = ['', 'orders', 'inventory', 'claims', 'returns', 'history', 'settings'];

let stack: TestStack;
let browser: Browser;
let user: TestUser;
let seller: SandboxSeller;
let opened: ConsolePage | undefined;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startConsoleStack(), openBrowser()]);
  seller = await stack.newSeller();
  user = await stack.user(seller);
  await user.client.untilEnded(await start(user.client), 60_000);
});
afterEach(async () => {
  expect(opened?.complaints).toEqual([]);
  await opened?.close();
  opened = undefined;
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

async function open(hash: string, options: Parameters<typeof openConsole>[1] = {}): Promise<Page> {
  opened = await openConsole(browser, options);
  const { page } = opened;
  await withSession(page.context(), stack, user);
  await page.goto(`${stack.apiUrl}/#/${hash}`);
  await loaded(page);
  return page;
}

/** What is asked for has come. */
const loaded = (page: Page) => page.waitForLoadState('networkidle');

const rowsOf = (page: Page, table: string) =>
  page.getByRole('region', { name: table, exact: true }).locator('tbody tr');

test('pages go forth and back, and tell where one is', async () => {
  const page = await open('orders');
  const total = seller.orders.length;
  await page.getByText(`1–50 of ${total} orders`).waitFor();
  const first = await rowsOf(page, 'Orders').first().textContent();
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.getByText(`51–100 of ${total} orders`).waitFor();
  expect(await rowsOf(page, 'Orders').first().textContent()).not.toBe(first);
  await page.getByRole('button', { name: 'Previous page' }).click();
  await page.getByText(`1–50 of ${total} orders`).waitFor();
  expect(await rowsOf(page, 'Orders').first().textContent()).toBe(first);
});

test('where one is changes with the rows, not before they come', async () => {
  const page = await open('orders');
  const total = seller.orders.length;
  const first = await rowsOf(page, 'Orders').first().textContent();
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.route(/cursor=/, async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.locator('[aria-label="Orders"][aria-busy="true"]').waitFor();
  expect(await rowsOf(page, 'Orders').first().textContent()).toBe(first);
  expect(await page.getByText(`1–50 of ${total} orders`).isVisible()).toBe(true);
  expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);
  letThrough();
  await page.getByText(`51–100 of ${total} orders`).waitFor();
  expect(await rowsOf(page, 'Orders').first().textContent()).not.toBe(first);
});

test('filters narrow a list, stand in the address, and are cleared', async () => {
  const page = await open('orders');
  const shipped = seller.orders.filter(({ status }) => status === 'SHIPPED').length;
  await page.getByLabel('Status').selectOption('SHIPPED');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText(`of ${shipped} orders`).waitFor();
  expect(new URL(page.url()).hash).toBe('#/orders?status=SHIPPED');
  await page.reload();
  await page.getByText(`of ${shipped} orders`).waitFor();
  expect(await page.getByLabel('Status').inputValue()).toBe('SHIPPED');
  await page.getByLabel('SKU').fill('no such SKU');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Nothing fits these filters').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText(`of ${seller.orders.length} orders`).waitFor();
  expect(await page.getByLabel('SKU').inputValue()).toBe('');
  await page.goBack();
  await page.getByText('Nothing fits these filters').waitFor();
});

test('days are the reader’s own, and the last one counts whole', async () => {
  const [order] = seller.orders.toSorted((a, b) => b.purchasedAt - a.purchasedAt);
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' });
  const own = day.format(order?.purchasedAt);
  const ofDay = seller.orders.filter(({ purchasedAt }) => day.format(purchasedAt) === own);
  const page = await open('orders');
  await page.getByLabel('Purchased from').fill(own);
  await page.getByLabel('Purchased to').fill(own);
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText(`1–${ofDay.length} of ${ofDay.length} order`).waitFor();
});

test('a list is sorted, and its file too', async () => {
  const page = await open('inventory');
  await page.getByText(/^1–/).waitFor();
  await page.getByLabel('Sorted by').selectOption('Most to sell first');
  await page.getByRole('button', { name: 'Apply' }).click();
  const most = Math.max(...seller.inventory.map(({ fulfillable }) => fulfillable));
  await rowsOf(page, 'Inventory')
    .first()
    .getByRole('cell', { name: `${most}` })
    .first()
    .waitFor();
  const file = page.getByRole('link', { name: 'Download as CSV' });
  expect(await file.getAttribute('href')).toContain('sort=-fulfillable');
});

test('amounts are exactly those of the API', async () => {
  const page = await open('claims');
  await page.getByText(/^1–/).waitFor();
  const { body } = await user.client.get('/api/v1/integrations/amazon/claims?limit=50');
  const told = [...JSON.stringify(body).matchAll(/"currency":"(\w+)".*?"amountTotal":"([^"]+)"/g)];
  const shown = await rowsOf(page, 'Claims').locator('td:last-child').allTextContents();
  expect(shown).toEqual(told.map(([, currency, amount]) => `${amount} ${currency}`));
});

test('returns are shown as the API has them, the newest first', async () => {
  const page = await open('returns');
  await page.getByText(/^1–/).waitFor();
  const { body } = await user.client.get('/api/v1/integrations/amazon/returns?limit=50');
  const told = [...JSON.stringify(body).matchAll(/"orderId":"([^"]+)"/g)];
  const shown = await rowsOf(page, 'Returns').locator('th').allTextContents();
  expect(shown).toEqual(told.map(([, orderId]) => orderId));
});

test('the file holds what the filters leave', async () => {
  const page = await open('claims?reason=Lost_Warehouse');
  await page.getByText(/^1–/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('amazon-claims.csv');
  const text = await readFile(await download.path(), 'utf8');
  const lost = seller.claims.filter(({ reason }) => reason === 'Lost_Warehouse');
  expect(text.trimEnd().split('\r\n')).toHaveLength(1 + lost.length);
  expect(text).not.toContain('CustomerReturn');
});

test('all can be reached and done with the keyboard alone', async () => {
  const page = await open('');
  await page
    .getByText(/^Synced /)
    .first()
    .waitFor();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the content');
  for (let tabs = 0; (await focused(page)) !== 'Orders'; tabs += 1) {
    expect(tabs).toBeLessThan(10);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();
  for (const wanted of ['Download as CSV', 'status', 'sku', 'Apply']) {
    for (let tabs = 0; (await focused(page)) !== wanted; tabs += 1) {
      expect([wanted, tabs < 15]).toEqual([wanted, true]);
      await page.keyboard.press('Tab');
    }
    if (wanted === 'sku') await page.keyboard.type('no such SKU');
  }
  await page.keyboard.press('Enter');
  await page.getByText('Nothing fits these filters').waitFor();
  // Whoever pressed it is still there.
  expect(await focused(page)).toBe('Apply');
});

test.each([
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['on a phone', { viewport: { width: 360, height: 740 } }],
  ['on a phone, dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
] as const)('each view keeps nobody out: %s', async (_, options) => {
  const page = await open('', options);
  for (const view of VIEWS) {
    await page.goto(`${stack.apiUrl}/#/${view}`);
    await loaded(page);
    expect([view, await overflow(page)]).toEqual([view, 0]);
    expect([view, await seriousViolations(page)]).toEqual([view, []]);
  }
});

/** The name or the words of what has the focus. */
const focused = (page: Page) =>
  page.evaluate('document.activeElement?.name || document.activeElement?.textContent');
