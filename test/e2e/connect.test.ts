import { ConnectionStatus } from '../../contract/connection-status';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
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

async function signedIn(userId?: string): Promise<{ user: TestUser; browser: TestBrowser }> {
  const user = await stack.user(undefined, userId);
  const browser = testBrowser(stack);
  browser.signIn(user.cookie);
  return { user, browser };
}

const connectionOf = async (user: TestUser) =>
  ConnectionStatus.parse((await user.client.get(STATUS)).body);

const regionOf = ({ region }: SandboxSeller) => `?region=${region}`;

test('a seller connects on Amazon’s page, and its first sync brings every row', async () => {
  const { user, browser } = await signedIn();
  const seller = await stack.newSeller();
  expect(await connectionOf(user)).toEqual({ success: true, connected: false, connections: [] });
  const syncId = syncIdOf(await browser.connect(seller, regionOf(seller)));
  const ended = await user.client.untilEnded(syncId, 60_000);
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
  expect(history.body).toMatchObject({ syncs: [{ syncId, trigger: 'connect' }] });
}, 90_000);
