import type { CONNECT_ERRORS } from '../../contract/connect-errors';
import { errorOf } from './bodies';
import { AUTH, locationOf, syncIdOf, type TestBrowser, testBrowser } from './test-browser';
import { firstSeller, startTestStack, type TestStack, type TestUser } from './test-stack';

let stack: TestStack;
let ahead = 0;
beforeAll(async () => {
  stack = await startTestStack({ now: () => Date.now() + ahead });
});
afterEach(() => {
  stack.sandbox.clearFaults();
  ahead = 0;
});
afterAll(() => stack.stop());

async function signedIn(): Promise<{ user: TestUser; browser: TestBrowser }> {
  const user = await stack.user();
  const browser = testBrowser(stack);
  browser.signIn(user.cookie);
  return { user, browser };
}

const seller = () => firstSeller(stack);
const errorPage = (code: keyof typeof CONNECT_ERRORS) => `/oauth/callback?error=${code}`;

async function expectNotConnected(...users: TestUser[]): Promise<void> {
  for (const { client } of users) {
    const { body } = await client.get('/api/v1/integrations/amazon/status');
    expect(body).toEqual({ success: true, connected: false, connections: [] });
  }
}

/** Up to the moment in which Amazon sends the browser back. */
async function consented(browser: TestBrowser): Promise<string> {
  const { authUrl } = await browser.begin();
  return browser.consent(authUrl, { seller: seller() });
}

function changed(url: string, values: Record<string, string | null>): string {
  const other = new URL(url);
  for (const [name, value] of Object.entries(values)) {
    if (value === null) other.searchParams.delete(name);
    else other.searchParams.set(name, value);
  }
  return other.href;
}

test('who declines is not connected, and the state is used up', async () => {
  const { user, browser } = await signedIn();
  const { authUrl } = await browser.begin();
  const back = await browser.consent(authUrl, 'decline');
  expect(await browser.comeBack(back)).toBe(errorPage('consent_declined'));
  expect(await browser.comeBack(back)).toBe(errorPage('state_used'));
  await expectNotConnected(user);
});

test('an answer of Amazon’s is good once', async () => {
  const { browser } = await signedIn();
  const back = await consented(browser);
  syncIdOf(await browser.comeBack(back));
  expect(await browser.comeBack(back)).toBe(errorPage('state_used'));
});

test('of ten answers that come at once, one connects', async () => {
  const { browser } = await signedIn();
  const back = await consented(browser);
  const pages = await Promise.all(Array.from({ length: 10 }, () => browser.comeBack(back)));
  expect(pages.filter((page) => page.startsWith('/sync?id='))).toHaveLength(1);
  expect(pages.filter((page) => page === errorPage('state_used'))).toHaveLength(9);
});

test('a state that was never given out is unknown', async () => {
  const { user, browser } = await signedIn();
  const back = changed(await consented(browser), { state: 'x'.repeat(43) });
  expect(await browser.comeBack(back)).toBe(errorPage('state_unknown'));
  await expectNotConnected(user);
});

test('a state is good for ten minutes', async () => {
  const { user, browser } = await signedIn();
  const back = await consented(browser);
  const [, late] = [await browser.begin(), await consented(browser)];
  ahead = 10 * 60_000 - 30_000;
  syncIdOf(await browser.comeBack(back));
  ahead = 10 * 60_000 + 30_000;
  expect(await browser.comeBack(late)).toBe(errorPage('state_expired'));
  expect((await user.client.get('/api/v1/integrations/amazon/status')).status).toBe(200);
});

test('a consent link that is sent to somebody else connects nobody', async () => {
  const sender = await signedIn();
  const receiver = await signedIn();
  const { authUrl } = await sender.browser.begin();
  const back = await receiver.browser.consent(authUrl, { seller: seller() });
  expect(await receiver.browser.comeBack(back)).toBe(errorPage('state_of_another_user'));
  // Nor can the sender finish with what came of it.
  expect(await sender.browser.comeBack(back)).toBe(errorPage('state_used'));
  await expectNotConnected(sender.user, receiver.user);
});

test('who signs in as somebody else meanwhile connects neither', async () => {
  const { user, browser } = await signedIn();
  const back = await consented(browser);
  const other = await stack.user();
  browser.signIn(other.cookie);
  expect(await browser.comeBack(back)).toBe(errorPage('state_of_another_user'));
  await expectNotConnected(user, other);
});

test('an authorization that began in one browser does not end in another of the same user', async () => {
  const { user, browser } = await signedIn();
  const back = await consented(browser);
  const elsewhere = testBrowser(stack);
  elsewhere.signIn(user.cookie);
  expect(await elsewhere.comeBack(back)).toBe(errorPage('state_of_another_browser'));
  await expectNotConnected(user);
});

test('two tabs of one browser both come back', async () => {
  const { browser } = await signedIn();
  const [first, second] = [await consented(browser), await consented(browser)];
  syncIdOf(await browser.comeBack(first));
  syncIdOf(await browser.comeBack(second));
});

test('a session that ended meanwhile is told on a page, and leaves no trace behind', async () => {
  const { user, browser } = await signedIn();
  const back = await consented(browser);
  browser.signOut();
  const response = await browser.open(back);
  expect(response.status).toBe(302);
  expect(locationOf(response)).toBe(`${stack.env.FRONTEND_URL}${errorPage('unauthorized')}`);
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('cache-control')).toBe('no-store');
  await expectNotConnected(user);
});

test.each([
  ['code_expired', { kind: 'status', status: 400 }],
  ['credentials_rejected', { kind: 'status', status: 401 }],
  ['amazon_unavailable', { kind: 'status', status: 503 }],
  ['amazon_unavailable', { kind: 'reset', when: 'mid-body' }],
  ['amazon_refused', { kind: 'malformed' }],
  ['amazon_refused', { kind: 'status', status: 400, code: 'invalid_request' }],
] as const)(
  '%s is what %j of Login with Amazon means, and nothing is connected',
  async (code, effect) => {
    const { user, browser } = await signedIn();
    const before = stack.logs.length;
    stack.sandbox.setFault({ operation: 'authorizationCode', times: 2, effect });
    expect(await browser.comeBack(await consented(browser))).toBe(errorPage(code));
    await expectNotConnected(user);
    const errors = stack.logs.slice(before).filter((line) => line.includes('"level":50'));
    // What only an operator can mend is an error in the log.
    expect(errors).toHaveLength(
      code === 'credentials_rejected' || code === 'amazon_refused' ? 1 : 0,
    );
  },
);

test('a client secret that was just rotated costs nothing', async () => {
  const { browser } = await signedIn();
  stack.sandbox.setFault({
    operation: 'authorizationCode',
    effect: { kind: 'status', status: 401 },
  });
  syncIdOf(await browser.comeBack(await consented(browser)));
});

test.each([
  ['no state', { state: null }],
  ['no seller', { selling_partner_id: null }],
  ['a seller id that is none', { selling_partner_id: "A1' or 1=1" }],
  ['no code', { spapi_oauth_code: null }],
  ['a code with a line end', { spapi_oauth_code: 'a\r\nb' }],
] as const)('an answer with %s is not valid', async (_, values) => {
  const { user, browser } = await signedIn();
  const back = changed(await consented(browser), values);
  expect(await browser.comeBack(back)).toBe(errorPage('invalid_request'));
  await expectNotConnected(user);
});

test('a forged seller id reaches nobody’s data: the token decides, and connections are each user’s own', async () => {
  const [victimSeller, ownSeller] = [await stack.newSeller(), await stack.newSeller()];
  const victim = await stack.user(victimSeller);
  const { user, browser } = await signedIn();
  const { authUrl } = await browser.begin('?region=na');
  const back = await browser.consent(authUrl, { seller: ownSeller });
  const forged = changed(back, { selling_partner_id: victimSeller.sellerId });
  const syncId = syncIdOf(await browser.comeBack(forged));
  const worker = await stack.startWorker();
  await user.client.untilEnded(syncId, 60_000);
  expect(await stack.differences(user, ownSeller)).toEqual([]);
  const rows = await stack.db
    .selectFrom('connections')
    .select(['user_key', 'seller_id', 'status'])
    .where('seller_id', '=', victimSeller.sellerId)
    .orderBy('created_at')
    .execute();
  expect(rows).toEqual(
    [victim, user].map(({ userId }) => ({
      user_key: userId,
      seller_id: victimSeller.sellerId,
      status: 'connected',
    })),
  );
  worker.stop();
  await worker.done;
});

test('no state, code or token stands in the log or in the database', async () => {
  const { browser } = await signedIn();
  const { authUrl, state } = await browser.begin();
  const back = await browser.consent(authUrl, { seller: seller() });
  syncIdOf(await browser.comeBack(back));
  const code = new URL(back).searchParams.get('spapi_oauth_code') ?? '';
  const stored = JSON.stringify([
    await stack.db.selectFrom('oauth_states').selectAll().execute(),
    await stack.db.selectFrom('connections').selectAll().execute(),
  ]);
  for (const secret of [state, code, seller().refreshToken]) {
    expect(stack.logs.join('\n')).not.toContain(secret);
    expect(stored).not.toContain(secret);
  }
});

describe('beginning', () => {
  test('needs a session', async () => {
    const response = await testBrowser(stack).open(`${AUTH}/start`);
    expect(response.status).toBe(401);
    expect(errorOf({ body: await response.json() }).error).toBe('unauthorized');
  });

  test('gives a cookie for the way back, which no script reads', async () => {
    const { browser } = await signedIn();
    const response = await browser.open(`${AUTH}/start`);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^amazon_oauth_nonce=[\w-]{43}; path=\/; expires=[^;]+; samesite=lax; httponly$/i,
      ),
    ]);
  });

  test('in a second tab leaves that in the first one as it is, over older paths too', async () => {
    const { browser } = await signedIn();
    const nonces = new Set<string>();
    for (const path of [`${AUTH}/start`, '/auth/amazon/start', '/auth/amazon/start']) {
      const [cookie = ''] = (await browser.open(path)).headers.getSetCookie();
      nonces.add(cookie.split(';')[0] ?? '');
    }
    expect(nonces.size).toBe(1);
  });

  test.each(['?region=us', '?marketplaceId=ANOWHERE', '?region=na&marketplaceId=A1PA6795UKMFR9'])(
    'with %s is not valid',
    async (query) => {
      const { user } = await signedIn();
      const answer = await user.client.get(`${AUTH}/start${query}`);
      expect([answer.status, errorOf(answer).error]).toEqual([400, 'invalid_request']);
    },
  );
});

describe('from Amazon’s app store', () => {
  const login = (values: Record<string, string>) => `${AUTH}/login?${new URLSearchParams(values)}`;
  const VALUES = { amazon_state: 'amazons', selling_partner_id: 'A1SELLER' };
  const CONFIRM = 'https://sellercentral.amazon.de/apps/authorize/confirm/amzn1.sp.solution.1';

  test('a seller comes by our log-in, goes back to Amazon and is connected', async () => {
    const { browser } = await signedIn();
    const storeUrl = `${stack.sandbox.storeUrl}?login_uri=${stack.apiUrl}${AUTH}/login`;
    const page = await (await browser.open(storeUrl)).text();
    const href = /href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#38;', '&') ?? '';
    const confirm = locationOf(await browser.open(href));
    expect(confirm.startsWith(stack.sandbox.url)).toBe(true);
    syncIdOf(await browser.comeBack(locationOf(await browser.open(confirm))));
  });

  test.each([
    [undefined, {}],
    ['beta', { version: 'beta' }],
  ] as const)(
    'Amazon gets its state, ours and our address back (version %s)',
    async (_, version) => {
      const { browser } = await signedIn();
      const values = { ...VALUES, ...version, amazon_callback_uri: `${CONFIRM}?kept=1` };
      const response = await browser.open(login(values));
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('cache-control')).toBe('no-store');
      const to = new URL(locationOf(response));
      expect(`${to.origin}${to.pathname}`).toBe(CONFIRM);
      expect(Object.fromEntries(to.searchParams)).toEqual({
        kept: '1',
        amazon_state: 'amazons',
        state: expect.stringMatching(/^[\w-]{43}$/),
        redirect_uri: `${stack.env.PUBLIC_URL}${AUTH}/callback`,
        ...version,
      });
    },
  );

  test.each([
    'https://evil.example/apps/authorize/confirm',
    'http://sellercentral.amazon.com/apps/authorize/confirm',
    'https://sellercentral.amazon.com@evil.example/',
    'https://user@sellercentral.amazon.com/',
    'https://sellercentral.amazon.com.evil.example/',
    'https://sellercentral.amazon.com:8443/',
    'https://amazon.com/',
    'javascript:alert(1)',
    '//sellercentral.amazon.com/',
  ])('nobody is sent to %s', async (uri) => {
    const { browser } = await signedIn();
    const page = await browser.comeBack(login({ ...VALUES, amazon_callback_uri: uri }));
    expect(page).toBe(errorPage('untrusted_callback'));
  });

  test('who is not signed in, or comes without what Amazon gives, is told', async () => {
    const { browser } = await signedIn();
    expect(await browser.comeBack(login(VALUES))).toBe(errorPage('invalid_request'));
    browser.signOut();
    const page = await browser.comeBack(login({ ...VALUES, amazon_callback_uri: CONFIRM }));
    expect(page).toBe(errorPage('unauthorized'));
  });
});
