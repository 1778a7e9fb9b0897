import type { Browser } from 'playwright-core';
import type { TestStack } from '../e2e/test-stack';
import {
  type ConsolePage,
  openConsole,
  openSignedIn,
  overflow,
  seriousViolations,
  signIn,
} from './console-page';
import { startConsoleStack } from './console-stack';
import { openBrowser } from './open-browser';

jest.setTimeout(300_000);

let ahead = 0;
let stack: TestStack;
let browser: Browser;
let opened: ConsolePage;

beforeAll(async () => {
  [stack, browser] = await Promise.all([
    startConsoleStack({ now: () => Date.now() + ahead }),
    openBrowser(),
  ]);
});
afterEach(async () => {
  stack.sandbox.clearFaults();
  ahead = 0;
  await opened.close();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

/** Opens the overview of a user whom nothing disturbs. */
async function overviewOf(seller = stack.newSeller()): Promise<ConsolePage> {
  opened = await openSignedIn(browser, stack, await seller);
  await opened.page.goto(stack.apiUrl);
  await opened.page.getByText('Nothing has been synced yet').waitFor();
  return opened;
}

/** Amazon answers no search from now on, so that a sync stays as it is. */
const hold = () =>
  stack.sandbox.setFault({
    operation: 'searchOrders',
    times: null,
    effect: { kind: 'status', status: 503 },
  });

test('a sync is started, watched to its end, and what it fetched is charted', async () => {
  const seller = await stack.newSeller();
  const { page, complaints } = await overviewOf(Promise.resolve(seller));
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByRole('button', { name: 'Cancel sync' }).waitFor();
  await page
    .getByText(/^Synced /)
    .first()
    .waitFor();
  for (const name of ['Orders', 'Inventory', 'Claims', 'Returns']) {
    const bar = page.getByRole('progressbar', { name, exact: true });
    expect([name, await bar.getAttribute('value')]).toEqual([name, await bar.getAttribute('max')]);
  }
  await page.getByText(`${seller.orders.length} orders`, { exact: true }).waitFor();
  const out = seller.inventory.filter(({ fulfillable }) => fulfillable === 0).length;
  const stock = page.getByRole('region', { name: 'Out of stock' });
  await stock.getByText(`${out}`, { exact: true }).first().waitFor();
  await page.getByText('Claims by month as a table').click();
  const rows = page
    .getByRole('region', { name: 'Claims by month', exact: true })
    .locator('tbody tr');
  expect(await rows.count()).toBe(12);
  expect(await seriousViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a reload in the middle finds the running sync again, and what it waits for', async () => {
  hold();
  const { page, complaints } = await overviewOf();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page
    .getByText(/Amazon did not answer as it should/)
    .first()
    .waitFor();
  await page
    .getByText(/next try at/)
    .first()
    .waitFor();
  await page.reload();
  await page
    .getByText(/next try at/)
    .first()
    .waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  expect(await page.getByRole('button', { name: 'Sync now' }).count()).toBe(0);
  stack.sandbox.clearFaults();
  await page
    .getByText(/^Synced /)
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});

test('a sync is cancelled, and another can be started', async () => {
  hold();
  const { page, complaints } = await overviewOf();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page
    .getByText(/next try at/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Cancel sync' }).click();
  await page.getByText('Sync cancelled').first().waitFor();
  await page.getByText('Stopped before its end').first().waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  stack.sandbox.clearFaults();
  await page.getByRole('button', { name: 'Full sync' }).click();
  await page
    .getByText(/^Synced /)
    .first()
    .waitFor();
  await page.getByRole('link', { name: 'History' }).click();
  const past = page.getByRole('region', { name: 'Past syncs' });
  await past.getByText('Cancelled').waitFor();
  await past.getByText('By hand, full').waitFor();
  await page.getByText('Full sync started').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a marketplace that Amazon refuses makes the sync partial, with what is missing', async () => {
  const seller = await stack.newSeller();
  const { page, complaints } = await overviewOf(Promise.resolve(seller));
  stack.sandbox.setFault({
    operation: 'getInventorySummaries',
    marketplaceId: 'A2EUQ1WTGCTBG2',
    times: null,
    effect: { kind: 'status', status: 403 },
  });
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('Complete in part', { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByText('Complete, but for a part').waitFor();
  await page
    .getByText(/Amazon\.ca/)
    .first()
    .waitFor();
  await page
    .getByText(/Amazon’s request/)
    .first()
    .waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a sync that fails says why', async () => {
  const { page, complaints } = await overviewOf();
  stack.sandbox.setFault({
    operation: 'token',
    times: null,
    effect: { kind: 'status', status: 401, code: 'invalid_client' },
  });
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('The sync failed').waitFor({ timeout: 60_000 });
  await page.getByText('Could not be fetched').first().waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a session that ends in the middle is said, and nothing is lost', async () => {
  hold();
  const { page, complaints } = await overviewOf();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page
    .getByText(/next try at/)
    .first()
    .waitFor();
  ahead = 13 * 3_600_000;
  await page.getByText('Your session has ended').waitFor();
  // What was shown stays; of orders that may be a try as well as the wait for the next.
  await page.getByText('Running', { exact: true }).waitFor();
  await page.getByRole('progressbar', { name: 'Returns', exact: true }).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('where no stream comes through, the status is asked for, and what is cut off is tried again', async () => {
  const { page, complaints } = await overviewOf();
  await page.route('**/api/sse/**', (route) => route.abort());
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page
    .getByText(/^Synced /)
    .first()
    .waitFor();
  await page.route('**/amazon/orders?**', (route) => route.abort());
  await page.getByRole('link', { name: 'Orders' }).click();
  await page.getByText('Orders could not be read').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.unroute('**/amazon/orders?**');
  await page.getByText(/^1–50 of/).waitFor();
  // The browser tells of each line that was cut.
  expect(complaints.filter((one) => !one.includes('net::ERR_FAILED'))).toEqual([]);
});

test('who is not signed in is told so, and signs in', async () => {
  opened = await openConsole(browser);
  const { page, complaints } = opened;
  await page.goto(`${stack.apiUrl}/#/orders?status=SHIPPED`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await signIn(page, 'somebody');
  await page.getByText('Nothing fits these filters').waitFor();
  expect(await page.getByLabel('Status').inputValue()).toBe('SHIPPED');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor({ state: 'attached' });
  expect(await overflow(page)).toBe(0);
  expect(complaints).toEqual([]);
});
