import { z } from 'zod';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import type { TestStack } from './test-stack';

export const AUTH = '/api/v1/integrations/amazon/auth';

const Begun = z.strictObject({
  success: z.literal(true),
  authUrl: z.url(),
  state: z.string().min(43),
  message: z.string(),
});

/** As much of a browser as it takes to come back from Amazon: it keeps cookies by path, and follows nothing by itself. */
export interface TestBrowser {
  /** Signs in as somebody, in place of whoever was. */
  signIn(cookie: string): void;
  signOut(): void;
  /** Opens an address, on the API where it has no host; redirects are not followed. */
  open(url: string, init?: RequestInit): Promise<Response>;
  /** Asks for the consent page's address. */
  begin(query?: string): Promise<z.infer<typeof Begun>>;
  /** Answers on Amazon's page; returns the address that Amazon sends the browser back to. */
  consent(authUrl: string, answer: { seller: SandboxSeller } | 'decline'): Promise<string>;
  /** Opens an address of ours that sends the browser to the frontend; returns where, without its origin. */
  comeBack(url: string): Promise<string>;
  /** All three, one after the other. */
  connect(seller: SandboxSeller, query?: string): Promise<string>;
}

export function testBrowser(stack: Pick<TestStack, 'apiUrl' | 'env'>): TestBrowser {
  const jar = new Map<string, { value: string; path: string }>();

  const cookiesFor = (url: URL) =>
    [...jar]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');

  function keep(header: string): void {
    const [pair = '', ...attributes] = header.split(/; */);
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((one) => /^path=/i.test(one))?.slice('path='.length) ?? '/';
    jar.set(name, { value, path });
  }

  const browser: TestBrowser = {
    signIn(cookie) {
      const [name = '', value = ''] = cookie.split('=');
      jar.set(name, { value, path: '/' });
    },
    signOut() {
      jar.delete('session_token');
    },
    async open(path, init = {}) {
      const url = new URL(path, stack.apiUrl);
      const isOurs = url.origin === new URL(stack.apiUrl).origin;
      const response = await fetch(url, {
        redirect: 'manual',
        ...init,
        headers: { ...(isOurs && { cookie: cookiesFor(url) }), ...init.headers },
      });
      if (isOurs) response.headers.getSetCookie().forEach(keep);
      return response;
    },
    async begin(query = '') {
      const response = await browser.open(`${AUTH}/start${query}`);
      if (response.status !== 200) throw new Error(`Not begun: ${await response.text()}`);
      return Begun.parse(await response.json());
    },
    async consent(authUrl, answer) {
      const page = await (await browser.open(authUrl)).text();
      const fields = Array.from(
        page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g),
        ([, name = '', value = '']) => [name, value] as [string, string],
      );
      const declined = answer === 'decline';
      const body = new URLSearchParams([
        ...fields,
        ['answer', declined ? 'decline' : 'allow'],
        ...(declined ? [] : [['selling_partner_id', answer.seller.sellerId] as [string, string]]),
      ]);
      const url = new URL(authUrl);
      url.search = '';
      const response = await browser.open(url.href, { method: 'POST', body });
      return locationOf(response);
    },
    async comeBack(url) {
      const response = await browser.open(url);
      if (response.status !== 302) throw new Error(`${response.status} ${await response.text()}`);
      const { FRONTEND_URL = '' } = stack.env;
      const location = locationOf(response);
      if (!location.startsWith(`${FRONTEND_URL}/`)) throw new Error(`Led astray: ${location}`);
      return location.slice(FRONTEND_URL.length);
    },
    async connect(seller, query) {
      const { authUrl } = await browser.begin(query);
      return browser.comeBack(await browser.consent(authUrl, { seller }));
    },
  };
  return browser;
}

export function locationOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`${response.status} leads nowhere`);
  return location;
}

/** The id of the sync that a seller is shown who has connected. */
export function syncIdOf(location: string): string {
  const id = /^\/sync\?id=(.+)$/.exec(location)?.[1];
  if (id === undefined) throw new Error(`Not connected: ${location}`);
  return decodeURIComponent(id);
}
