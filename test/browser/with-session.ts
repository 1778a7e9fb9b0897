import type { BrowserContext } from 'playwright-core';
import type { TestStack, TestUser } from '../e2e/test-stack';

/** Gives a browser the cookie of a user's session, as a sign-in does. */
export async function withSession(
  context: BrowserContext,
  { apiUrl }: Pick<TestStack, 'apiUrl'>,
  { cookie }: Pick<TestUser, 'cookie'>,
): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url: apiUrl, httpOnly: true, sameSite: 'Lax' }]);
}
