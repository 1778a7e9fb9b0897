import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { z } from 'zod';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import type { TestStack } from '../e2e/test-stack';
import { withSession } from './with-session';

export interface ConsolePage {
  page: Page;
  /** What the browser complained about: errors, exceptions, broken policies. */
  complaints: string[];
  close(): Promise<void>;
}

/** What a browser logs of an answer that is an error: the page shows those, and the tests look there. */
const REFUSED = /^Failed to load resource: the server responded with a status of (400|401|404|503)/;

/** A window of its own, without a session, in which nobody has been before. */
export async function openConsole(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const isBad = message.type() === 'error' || message.type() === 'warning';
    if (isBad && !REFUSED.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints, close: () => context.close() };
}

/** Signs in with the form of the page. */
export async function signIn(page: Page, user: string): Promise<void> {
  await page.getByLabel('User name').fill(user);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** A window of a user who is signed in already, and connected where a seller is given. */
export async function openSignedIn(
  browser: Browser,
  stack: TestStack,
  seller?: SandboxSeller,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const user = await stack.user(seller);
  const opened = await openConsole(browser, options);
  await withSession(opened.page.context(), stack, user);
  return opened;
}

const Violations = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullish(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/** What axe finds that keeps people out; empty where all is well. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // The debugger may run what the page's policy forbids the page itself.
  await page.evaluate(axe.source);
  const found = Violations.parse(
    await page.evaluate(
      'axe.run(document, { preload: false }).then(({ violations }) => violations)',
    ),
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`)}`);
}

/** How far the page is wider than its window, px. */
export async function overflow(page: Page): Promise<number> {
  return z
    .number()
    .parse(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'));
}

/** Writes a picture for the README where `CONSOLE_IMAGES` names a folder, and else none. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.CONSOLE_IMAGES;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
