import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { startTestStack, type TestStack } from '../e2e/test-stack';
import { type FrontendServer, startOlderFrontend } from './older-frontend-server';
import { openBrowser } from './open-browser';
import { withSession } from './with-session';

let frontend: FrontendServer;
let stack: TestStack;
let browser: Browser;

beforeAll(async () => {
  frontend = await startOlderFrontend();
  stack = await startTestStack({ env: { FRONTEND_URL: frontend.origin } });
  frontend.useApi(stack.apiUrl);
  await stack.startWorker();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  frontend?.close();
  await stack?.stop();
});

test('what the README has for a page starts a sync from another origin, and follows it to its end', async () => {
  const user = await stack.user(await stack.newSeller());
  const context = await browser.newContext();
  await withSession(context, stack, user);
  const page = await context.newPage();
  await page.goto(frontend.origin);
  const readme = await readFile(join(__dirname, '..', '..', 'README.md'), 'utf8');
  const lines = /^```js\n(.*?)^```$/ms.exec(readme)?.[1];
  const shown = await page.evaluate(`new Promise((resolve, reject) => {
    const API = ${JSON.stringify(stack.apiUrl)};
    const seen = [];
    const show = (status) => {
      seen.push(status);
      if (status.status !== 'in_progress') resolve(seen);
    };
    (async () => { ${lines} })().catch(reject);
  })`);
  const statuses = z.array(z.looseObject({ status: z.string() })).parse(shown);
  expect(statuses.at(-1)).toMatchObject({ status: 'complete', ordersProcessed: 200 });
  await context.close();
});
