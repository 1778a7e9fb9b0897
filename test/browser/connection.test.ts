import type { Browser, Page } from 'playwright-core';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import type { TestStack } from '../e2e/test-stack';
import { eventually } from '../eventually';
import {
  type ConsolePage,
  openConsole,
  overflow,
  picture,
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
    startConsoleStack({ now: () => Date.now() + ahead, env: { WEBHOOKS_ALLOW_LOOPBACK: 'true' } }),
    openBrowser(),
  ]);
});
afterEach(async () => {
  stack.sandbox.clearFaults();
  ahead = 0;
  expect(opened.complaints).toEqual([]);
  await opened.close();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

/** A new user on the overview, who has connected nothing. */
async function newUser(): Promise<Page> {
  opened = await openConsole(browser);
  const { page } = opened;
  await page.goto(stack.apiUrl);
  await signIn(page, `user-${performance.now()}`.replace('.', '-'));
  await page.getByText('Not connected', { exact: true }).waitFor();
  return page;
}

/** Goes to Amazon's page and answers there; the browser is on its way back then. */
async function consent(page: Page, seller: SandboxSeller | 'decline'): Promise<void> {
  await page.getByRole('button', { name: 'Connect North America' }).click();
  await page.waitForURL(/\/apps\/authorize\/consent/);
  if (seller !== 'decline') await page.locator(`input[value="${seller.sellerId}"]`).check();
  await page.getByRole('button', { name: seller === 'decline' ? 'Decline' : 'Allow' }).click();
}

const complete = (page: Page) =>
  page
    .getByText(/^Synced /)
    .first()
    .waitFor({ timeout: 60_000 });

test('from consent at Amazon to the finished first sync, and what it brought', async () => {
  // As large as the demo's: pictures are made of it.
  const seller = await stack.sandbox.addSeller({ kind: 'generated', seed: 1_000 });
  const page = await newUser();
  expect(await seriousViolations(page)).toEqual([]);
  const fault = stack.sandbox.setFault({
    operation: 'searchOrders',
    times: null,
    effect: { kind: 'status', status: 503 },
  });
  await consent(page, seller);
  await page.waitForURL(/\/sync\?id=/);
  await page
    .getByText(/next try at/)
    .first()
    .waitFor({ timeout: 60_000 });
  expect(await seriousViolations(page)).toEqual([]);
  await page
    .getByText(/next try at/)
    .first()
    .waitFor();
  await picture(page, 'console-syncing');
  fault.remove();
  await complete(page);
  await page
    .getByText(`${seller.orders.length.toLocaleString('en-GB')} orders`, { exact: true })
    .waitFor();
  await page.getByRole('img', { name: /^Claims by month/ }).waitFor();
  expect(await overflow(page)).toBe(0);
  await picture(page, 'console-overview');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await seriousViolations(page)).toEqual([]);
  await picture(page, 'console-overview-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  // Leaves the way back behind.
  await page.getByRole('link', { name: 'Orders' }).click();
  await page.getByText(/^1–50 of/).waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
  await picture(page, 'console-orders');
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('img', { name: /^Claims by month/ }).waitFor();
  expect(await overflow(page)).toBe(0);
  await picture(page, 'console-phone');
});

test('who declines at Amazon is told that nothing was connected', async () => {
  const page = await newUser();
  await consent(page, 'decline');
  await page.waitForURL(/\/oauth\/callback\?error=/);
  await page.getByText('Amazon was not connected, because access was declined.').waitFor();
  await page.getByRole('button', { name: 'Connect North America' }).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
});

test('an error code that nobody knows is not shown as it stands', async () => {
  const page = await newUser();
  await page.goto(`${stack.apiUrl}/oauth/callback?error=<b>constructor</b>`);
  await page.getByText('Something went wrong on the way. Connect Amazon again.').waitFor();
});

test('the daily sync is moved and switched off', async () => {
  const page = await connectedUser();
  await page.getByLabel('In the half hour after').selectOption('17');
  await page.getByRole('button', { name: 'Save' }).click();
  const next = page.getByRole('region', { name: 'Daily sync' }).locator('time');
  await page.getByText('The schedule is saved').waitFor({ state: 'attached' });
  await eventually('the next run', async () =>
    (await next.getAttribute('datetime'))?.includes('T17:') ? true : undefined,
  );
  await page.getByLabel('Sync every day').uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('No sync is planned').waitFor();
  await page.reload();
  await page.getByText('No sync is planned').waitFor();
  expect(await page.getByLabel('Sync every day').isChecked()).toBe(false);
  expect(await page.getByLabel('In the half hour after').inputValue()).toBe('17');
});

test('a webhook is added, tells its secret once, and is deleted', async () => {
  const page = await connectedUser();
  const url = 'http://127.0.0.1:9/hook';
  await page.getByLabel('Address').fill(url);
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await page.getByText(/whsec_/).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.getByText('Recent deliveries').click();
  await page.getByText('Nothing has been sent yet').waitFor();
  await page.reload();
  await page.getByRole('button', { name: `Delete ${url}` }).waitFor();
  expect(await page.getByText(/whsec_/).count()).toBe(0);
  await page.getByRole('button', { name: `Delete ${url}` }).click();
  await page.getByText(url).first().waitFor({ state: 'detached' });
  await page.getByLabel('Address').fill('http://example.com/plain');
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await page.getByText('The webhook was not added').waitFor();
});

test('disconnecting is asked for twice, and deletes everything where that is wanted', async () => {
  const page = await connectedUser();
  await page.getByRole('button', { name: 'Disconnect Amazon …' }).click();
  const question = page.getByRole('dialog', { name: 'Disconnect Amazon?' });
  await question.waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await question.getByRole('button', { name: 'Keep it connected' }).click();
  await page.getByText('Connected', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Disconnect Amazon …' }).click();
  await question.getByLabel(/Also delete all orders/).check();
  await question.getByRole('button', { name: 'Disconnect and delete' }).click();
  await page.getByText('Not connected', { exact: true }).waitFor();
  await page.getByText('Amazon is disconnected').first().waitFor();
  await page.getByRole('link', { name: 'Orders' }).click();
  await page.getByText(/No orders yet/).waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('button', { name: 'Connect North America' }).waitFor();
});

test('a session that ends in the middle is asked for again, and what was looked at is still there', async () => {
  const page = await connectedUser();
  await page.goto(`${stack.apiUrl}/#/claims?reason=Lost_Warehouse`);
  await page.getByText(/^1–/).waitFor();
  ahead = 13 * 3_600_000;
  await page.getByLabel('SKU').fill('a SKU');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Your session has ended').waitFor();
  await page.getByText(/^1–/).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await signIn(page, 'somebody-else');
  await page.getByText('Nothing fits these filters').waitFor();
  expect(await page.getByLabel('Reason').inputValue()).toBe('Lost_Warehouse');
  expect(await page.getByLabel('SKU').inputValue()).toBe('a SKU');
});

/** A user in the settings, whose first sync is over. */
async function connectedUser(): Promise<Page> {
  const page = await newUser();
  await consent(page, await stack.newSeller());
  await complete(page);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('heading', { name: 'Daily sync' }).waitFor();
  return page;
}
