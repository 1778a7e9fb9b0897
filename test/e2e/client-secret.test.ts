import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxClient } from '../../sandbox/serve-login';
import { start } from './bodies';
import { syncIdOf, testBrowser } from './test-browser';
import { startTestStack, type TestStack } from './test-stack';

const folder = mkdtempSync(join(tmpdir(), 'client-secret-'));
const file = join(folder, 'secret');
const client: SandboxClient = {
  id: 'amzn1.application-oa2-client.local',
  secret: 'old-secret',
  applicationId: 'amzn1.sp.solution.local',
};

let stack: TestStack;
beforeAll(async () => {
  writeFileSync(file, 'old-secret\n');
  stack = await startTestStack({
    sandbox: { client, clockSpeed: 1_000 },
    env: { AMAZON_CLIENT_SECRET: '', AMAZON_CLIENT_SECRET_FILE: file },
  });
  await stack.startWorker();
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
});

/** Connects, for which the API exchanges a code, and syncs, for which the worker exchanges the refresh token. */
async function connectAndSync(): Promise<string> {
  const user = await stack.user();
  const browser = testBrowser(stack);
  browser.signIn(user.cookie);
  const seller = await stack.newSeller();
  const location = await browser.connect(seller, `?region=${seller.region}`);
  if (!location.startsWith('/sync?')) return location;
  return (await user.client.untilEnded(syncIdOf(location), 120_000)).status;
}

test('the client secret is changed at Amazon and in its file, and API and worker go on', async () => {
  expect(await connectAndSync()).toBe('complete');

  // Amazon has made a new one, and takes both.
  Object.assign(client, { secret: 'new-secret', previousSecret: 'old-secret' });
  expect(await connectAndSync()).toBe('complete');
  writeFileSync(file, 'new-secret\n');
  expect(await connectAndSync()).toBe('complete');

  // The old one is over.
  delete client.previousSecret;
  expect(await connectAndSync()).toBe('complete');
}, 300_000);

test('a secret that is wrong fails what needs it, and works again once its file is right', async () => {
  writeFileSync(file, 'old-secret');
  expect(await connectAndSync()).toMatch(/^\/oauth\/callback\?error=/);
  const user = await stack.user(await stack.newSeller());
  const failed = await user.client.untilEnded(await start(user.client), 120_000);
  expect(failed).toMatchObject({ status: 'failed' });
  writeFileSync(file, 'new-secret');
  const again = await user.client.untilEnded(await start(user.client), 120_000);
  expect(again).toMatchObject({ status: 'complete' });
}, 300_000);
