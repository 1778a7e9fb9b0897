import type { Browser, Page } from 'playwright-core';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { start } from '../e2e/bodies';
import { startTestStack, type TestStack, type TestUser } from '../e2e/test-stack';
import { type FrontendServer, startOlderFrontend } from './older-frontend-server';
import { openBrowser } from './open-browser';
import { withSession } from './with-session';

// A frontend that knows only the older paths, polls every three seconds, and lives on another origin.

let frontend: FrontendServer;
let stack: TestStack;
let browser: Browser;
let ahead = 0;

beforeAll(async () => {
  frontend = await startOlderFrontend();
  stack = await startTestStack({
    env: { FRONTEND_URL: frontend.origin },
    now: () => Date.now() + ahead,
  });
  frontend.useApi(stack.apiUrl);
  // In a process with the machine's calendar: a test turns that of the API.
  await stack.spawnWorker();
  browser = await openBrowser();
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(async () => {
  await browser?.close();
  frontend?.close();
  await stack?.stop();
});

interface Visit {
  page: Page;
  /** Every answer of the API: method, path and status. */
  answers: string[];
  /** Requests that the browser did not let through, and errors of the page. */
  complaints: string[];
  end(): Promise<void>;
}

async function visit(user: TestUser): Promise<Visit> {
  const context = await browser.newContext();
  await withSession(context, stack, user);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const answers: string[] = [];
  const complaints: string[] = [];
  page.on('response', (response) => {
    const url = new URL(response.url());
    if (url.origin !== stack.apiUrl) return;
    answers.push(`${response.request().method()} ${url.pathname} ${response.status()}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('CORS')) complaints.push(message.text());
  });
  return { page, answers, complaints, end: () => context.close() };
}

const seesStatus = (page: Page, status: string) =>
  page.locator('#status', { hasText: new RegExp(`^${status}$`) }).waitFor();
const textOf = (page: Page, id: string) => page.locator(`#${id}`).textContent();

/** Keeps a sync from ending, until it is removed. */
const hold = () =>
  stack.sandbox.setFault({
    operation: 'searchOrders',
    times: null,
    effect: { kind: 'status', status: 503 },
  });

async function allow(page: Page, seller: SandboxSeller): Promise<void> {
  await page.locator(`input[value="${seller.sellerId}"]`).check();
  await page.getByRole('button', { name: 'Allow' }).click();
}

test.each(['#connect', '#connect-link'])(
  'a seller connects by %s, and sees the first sync to its end',
  async (by) => {
    const user = await stack.user();
    const seller = await stack.newSeller();
    const { page, answers, complaints, end } = await visit(user);
    await page.goto(frontend.origin);
    await page.locator('#connected', { hasText: /^not connected$/ }).waitFor();
    await page.locator('#start').click();
    await page.getByText('400 amazon_not_connected').waitFor();
    await page.locator(by).click();
    await allow(page, seller);
    await page.waitForURL(`${frontend.origin}/sync?id=*`);
    await seesStatus(page, 'Done');
    expect(await textOf(page, 'counts')).toMatch(/^200 orders/);
    expect(await textOf(page, 'percent')).toBe('100 %');
    expect(await stack.differences(user, seller)).toEqual([]);
    await page.goto(frontend.origin);
    await page.locator('#connected', { hasText: /^connected$/ }).waitFor();
    await page.locator('#history li').getByText('complete').waitFor();
    expect(complaints).toEqual([]);
    // Of another service: not found, and the page is none the worse for it.
    expect(answers).toContain('POST /api/metrics/track 404');
    await end();
  },
  120_000,
);

test('a sync is started, followed over a reload, and ends', async () => {
  const user = await stack.user(await stack.newSeller());
  const { page, answers, complaints, end } = await visit(user);
  await page.goto(frontend.origin);
  const fault = hold();
  await page.locator('#start').click();
  await seesStatus(page, 'Syncing');
  const url = page.url();
  await page.reload();
  await seesStatus(page, 'Syncing');
  expect(page.url()).toBe(url);
  // Whoever starts again is led to the one that runs.
  await page.goto(frontend.origin);
  await page.locator('#start').click();
  await page.waitForURL(url);
  fault.remove();
  await seesStatus(page, 'Done');
  expect(answers.filter((answer) => answer.startsWith('POST /api/sync/start'))).toEqual([
    'POST /api/sync/start 200',
    'POST /api/sync/start 409',
  ]);
  expect(complaints).toEqual([]);
  await end();
});

test.each(['#cancel', '#cancel-by-query'])(
  'a sync that is cancelled by %s is a failed one, which says why',
  async (by) => {
    const user = await stack.user(await stack.newSeller());
    const { page, complaints, end } = await visit(user);
    await page.goto(frontend.origin);
    hold();
    await page.locator('#start').click();
    await seesStatus(page, 'Syncing');
    await page.locator(by).click();
    await seesStatus(page, 'Failed');
    expect(await textOf(page, 'message')).toBe('Sync cancelled');
    await page.goto(frontend.origin);
    await page.locator('#history li').getByText('failed').waitFor();
    expect(complaints).toEqual([]);
    await end();
  },
  120_000,
);

test('a sync that fails says so', async () => {
  const user = await stack.user(await stack.newSeller());
  for (const operation of ['createReport', 'searchOrders', 'getInventorySummaries'] as const)
    stack.sandbox.setFault({ operation, times: null, effect: { kind: 'status', status: 400 } });
  const { page, complaints, end } = await visit(user);
  await page.goto(frontend.origin);
  await page.locator('#start').click();
  await seesStatus(page, 'Failed');
  expect(await textOf(page, 'message')).toMatch(/^Sync failed: /);
  expect(complaints).toEqual([]);
  await end();
});

test('a session that expires during a sync shows the sign-in, and the sync goes on', async () => {
  const user = await stack.user(await stack.newSeller());
  const { page, answers, complaints, end } = await visit(user);
  await page.goto(frontend.origin);
  const fault = hold();
  await page.locator('#start').click();
  await seesStatus(page, 'Syncing');
  const [, syncId = ''] = page.url().split('?id=');
  ahead = 13 * 3_600_000;
  await page.getByText('Please sign in').waitFor();
  ahead = 0;
  expect(answers).toContain('POST /api/auth/logout 404');
  fault.remove();
  expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({ status: 'complete' });
  expect(complaints).toEqual([]);
  await end();
});

test('a page of an origin that is not allowed gets nothing', async () => {
  const user = await stack.user(await stack.newSeller());
  const syncId = await start(user.client);
  const stranger = await startOlderFrontend();
  stranger.useApi(stack.apiUrl);
  const { page, complaints, end } = await visit(user);
  await page.goto(`${stranger.origin}/sync?id=${syncId}`);
  await page.locator('#page', { hasText: 'sync' }).waitFor();
  await user.client.untilEnded(syncId, 60_000);
  expect(await textOf(page, 'status')).toBe('unknown');
  expect(complaints.some((complaint) => complaint.includes('CORS'))).toBe(true);
  await end();
  stranger.close();
});
