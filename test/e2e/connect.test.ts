import { z } from 'zod';
import { ConnectionStatus } from '../../contract/connection-status';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { START, start, statusOf } from './bodies';
import { syncIdOf, type TestBrowser, testBrowser } from './test-browser';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(() => stack.stop());

const STATUS = '/api/v1/integrations/amazon/status';
const ENDS_IN_MS = 60_000;

async function signedIn(): Promise<{ user: TestUser; browser: TestBrowser }> {
  const user = await stack.user();
  const browser = testBrowser(stack);
  browser.signIn(user.cookie);
  return { user, browser };
}

const connectionOf = async (user: TestUser) =>
  ConnectionStatus.parse((await user.client.get(STATUS)).body);

const inRegion = ({ region }: SandboxSeller) => `?region=${region}`;

/** Connects, and waits for the first sync to end. */
async function connected(user: TestUser, browser: TestBrowser, seller: SandboxSeller) {
  const syncId = syncIdOf(await browser.connect(seller, inRegion(seller)));
  return user.client.untilEnded(syncId, ENDS_IN_MS);
}

const connectionIds = async (user: TestUser) =>
  (
    await stack.db
      .selectFrom('connections')
      .select('id')
      .where('user_key', '=', user.userId)
      .where('status', '<>', 'disconnected')
      .execute()
  ).map(({ id }) => id);

const Line = z.looseObject({ msg: z.string() });

test('a seller connects on Amazon’s page, and its first sync brings every row', async () => {
  const { user, browser } = await signedIn();
  const seller = await stack.newSeller();
  expect(await connectionOf(user)).toEqual({ success: true, connected: false, connections: [] });
  const ended = await connected(user, browser, seller);
  expect(ended).toMatchObject({ status: 'complete', partial: false });
  expect(await stack.differences(user, seller)).toEqual([]);
  expect(await connectionOf(user)).toMatchObject({
    connected: true,
    connections: [
      {
        region: seller.region,
        status: 'connected',
        sellerId: seller.sellerId,
        marketplaces: seller.marketplaceIds.map((id) => ({ id })),
        action: null,
      },
    ],
  });
  const history = await user.client.get('/api/sync/history');
  expect(history.body).toMatchObject({ syncs: [{ syncId: ended.syncId, trigger: 'connect' }] });
  const owed = await stack.db
    .selectFrom('connections')
    .select('first_sync_owed_at')
    .where('user_key', '=', user.userId)
    .execute();
  expect(owed).toEqual([{ first_sync_owed_at: null }]);
  const daily = await stack.db
    .selectFrom('sync_schedules')
    .select(['enabled', 'hour_utc'])
    .where('user_key', '=', user.userId)
    .execute();
  expect(daily).toEqual([{ enabled: true, hour_utc: 2 }]);
  const asked = stack.logs
    .map((line) => Line.parse(JSON.parse(line)))
    .filter(({ msg }) => msg === 'asked Login with Amazon');
  for (const operation of ['exchangeAuthorizationCode', 'exchangeRefreshToken']) {
    expect(asked).toContainEqual(expect.objectContaining({ operation, status: 200 }));
  }
});

test('the same seller again keeps its connection and rows; another one starts clean', async () => {
  const { user, browser } = await signedIn();
  const [seller, other] = [await stack.newSeller(), await stack.newSeller()];
  await connected(user, browser, seller);
  const [first] = await connectionIds(user);
  expect(await connected(user, browser, seller)).toMatchObject({ status: 'complete' });
  expect(await connectionIds(user)).toEqual([first]);
  expect(await stack.differences(user, seller)).toEqual([]);
  expect(await connected(user, browser, other)).toMatchObject({ status: 'complete' });
  const [second, ...more] = await connectionIds(user);
  expect(more).toEqual([]);
  expect(second).not.toBe(first);
  expect(await stack.differences(user, other)).toEqual([]);
});

test('a seller who withdrew access is told so, connects again, and goes on where it was', async () => {
  const { user, browser } = await signedIn();
  const seller = await stack.newSeller();
  await connected(user, browser, seller);
  const [before] = await connectionIds(user);
  // The access token of the first sync is good for an hour still.
  await stack.db
    .updateTable('connections')
    .set({ status: 'reauthorization_required' })
    .where('user_key', '=', user.userId)
    .execute();
  expect(await connectionOf(user)).toMatchObject({
    connected: false,
    connections: [
      {
        status: 'reauthorization_required',
        action: 'Amazon withdrew the authorization. Connect Amazon again.',
      },
    ],
  });
  expect(await user.client.post(START)).toMatchObject({
    status: 400,
    body: { reason: 'reauthorization_required' },
  });
  expect(await connected(user, browser, seller)).toMatchObject({ status: 'complete' });
  expect(await connectionIds(user)).toEqual([before]);
  expect(await connectionOf(user)).toMatchObject({ connected: true });
  expect(await stack.differences(user, seller)).toEqual([]);
});

test('who connects while a sync runs is shown that one', async () => {
  const { user, browser } = await signedIn();
  const seller = await stack.newSeller();
  stack.sandbox.setFault({ operation: 'createReport', times: null, effect: { kind: 'hang' } });
  const first = syncIdOf(await browser.connect(seller, inRegion(seller)));
  expect(syncIdOf(await browser.connect(seller, inRegion(seller)))).toBe(first);
  await user.client.post('/api/sync/cancel');
  await user.client.untilEnded(first, 60_000);
});

test('an expired access token does not make a connection any less', async () => {
  const { user, browser } = await signedIn();
  const seller = await stack.newSeller();
  await connected(user, browser, seller);
  stack.sandbox.setFault({
    operation: 'searchOrders',
    sellerId: seller.sellerId,
    effect: { kind: 'expired_access_token' },
  });
  expect(await user.client.untilEnded(await start(user.client), ENDS_IN_MS)).toMatchObject({
    status: 'complete',
    partial: false,
  });
  expect(await connectionOf(user)).toMatchObject({ connected: true });
});

describe('where a seller sells', () => {
  const WEEK_AND_A_DAY = 8 * 24 * 60 * 60_000;

  async function believe(user: TestUser, marketplaceIds: string[]): Promise<void> {
    await stack.db
      .updateTable('connections')
      .set({
        marketplace_ids: marketplaceIds,
        marketplaces_learned_at: new Date(Date.now() - WEEK_AND_A_DAY),
      })
      .where('user_key', '=', user.userId)
      .execute();
  }

  test('is asked again after a week: a new marketplace catches up, one that was left is let be', async () => {
    const seller = await stack.sandbox.addSeller({
      kind: 'generated',
      seed: 901,
      size: { orders: 60, skus: 10, claims: 5 },
      marketplaceIds: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'],
    });
    const user = await stack.user(seller);
    await believe(user, ['A1PA6795UKMFR9', 'APJ6JRA9NG5V4']);
    const ended = await user.client.untilEnded(await start(user.client), ENDS_IN_MS);
    expect(ended).toMatchObject({ status: 'complete', partial: false });
    expect(await stack.differences(user, seller)).toEqual([]);
    const [connection] = (await connectionOf(user)).connections;
    expect(connection?.marketplaces.map(({ country }) => country)).toEqual(['DE', 'FR']);
  });

  test('is what was known where Amazon does not say', async () => {
    const seller = await stack.newSeller();
    const user = await stack.user(seller);
    await believe(user, [...seller.marketplaceIds]);
    stack.sandbox.setFault({
      operation: 'getMarketplaceParticipations',
      sellerId: seller.sellerId,
      times: null,
      effect: { kind: 'status', status: 403 },
    });
    const ended = await user.client.untilEnded(await start(user.client), ENDS_IN_MS);
    expect(ended).toMatchObject({ status: 'complete', partial: false });
    expect(await stack.differences(user, seller)).toEqual([]);
  });

  test('is learned in spite of passing faults', async () => {
    const { user, browser } = await signedIn();
    const seller = await stack.newSeller();
    stack.sandbox.setFault({
      operation: 'getMarketplaceParticipations',
      sellerId: seller.sellerId,
      times: 3,
      effect: { kind: 'status', status: 503 },
    });
    expect(await connected(user, browser, seller)).toMatchObject({
      status: 'complete',
      partial: false,
    });
  });

  test('in another region than was chosen: the sync fails and says what to do', async () => {
    const { user, browser } = await signedIn();
    const seller = await stack.newSeller();
    expect(seller.region).toBe('na');
    const syncId = syncIdOf(await browser.connect(seller, '?region=eu'));
    expect(await user.client.untilEnded(syncId, ENDS_IN_MS)).toMatchObject({
      status: 'failed',
      error: {
        type: 'no_marketplaces',
        message:
          'This seller does not sell in Europe. Connect Amazon with the region North America',
      },
    });
  });

  test('refused for good: the sync says so, and the seller’s other region goes on', async () => {
    const { user, browser } = await signedIn();
    const seller = await stack.newSeller();
    const european = await stack.sandbox.addSeller({
      kind: 'generated',
      seed: 902,
      size: { orders: 5, skus: 3, claims: 1 },
      marketplaceIds: ['A1PA6795UKMFR9'],
    });
    await connected(user, browser, seller);
    stack.sandbox.setFault({
      operation: 'getMarketplaceParticipations',
      sellerId: european.sellerId,
      times: null,
      effect: { kind: 'status', status: 403 },
    });
    const ended = await connected(user, browser, european);
    expect(ended).toMatchObject({ status: 'complete', partial: true });
    for (const { state, error } of Object.values(ended.resources)) {
      expect(state).toBe('complete');
      expect(error).toMatchObject({ type: 'access_denied' });
      expect(error?.message).toMatch(
        /^Europe: Amazon denies access to this seller in Europe\. If the seller sells elsewhere/,
      );
    }
    expect(await statusOf(user.client, ended.syncId)).toEqual(ended);
  });
});

describe('an existing frontend', () => {
  const Begun = z.strictObject({ auth_url: z.url(), state: z.string(), message: z.string() });
  const OLD = '/api/v1/integrations/status';

  test.each(['/auth/amazon/start', '/api/v1/integrations/connect-amazon'])(
    'connects at %s, by JSON or by opening it',
    async (path) => {
      const { user, browser } = await signedIn();
      expect((await user.client.get(OLD)).body).toEqual({
        amazon_connected: false,
        docs_connected: false,
        providers: { amazon: false },
      });
      const seller = await stack.newSeller();
      const answer = await browser.open(`${path}${inRegion(seller)}`, {
        headers: { accept: 'application/json' },
      });
      const { auth_url } = Begun.parse(await answer.json());
      syncIdOf(await browser.comeBack(await browser.consent(auth_url, { seller })));

      const page = await browser.open(`${path}${inRegion(seller)}`, {
        headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
      });
      expect(page.status).toBe(302);
      const location = page.headers.get('location') ?? '';
      expect(location.startsWith(stack.sandbox.consentUrl)).toBe(true);
      syncIdOf(await browser.comeBack(await browser.consent(location, { seller })));
      expect((await user.client.get(OLD)).body).toMatchObject({ amazon_connected: true });
    },
    60_000,
  );

  test('that nobody is signed in to gets 401, or a page that says so', async () => {
    const browser = testBrowser(stack);
    expect((await browser.open('/auth/amazon/start')).status).toBe(401);
    const page = await browser.open('/auth/amazon/start', { headers: { accept: 'text/html' } });
    expect(page.headers.get('location')).toMatch(/\/oauth\/callback\?error=unauthorized$/);
  });
});
