import { sql } from 'kysely';
import { eventually } from '../eventually';
import type { TcpProxy } from '../tcp-proxy';
import { overviewOf } from './bodies';
import { maintained } from './maintenance';
import { startStackOnLines } from './stack-on-lines';
import { AUTH, syncIdOf, type TestBrowser, testBrowser } from './test-browser';
import { firstSeller, type TestStack, type TestUser } from './test-stack';

let temporalLine: TcpProxy;
let databaseLine: TcpProxy;
let stack: TestStack;
let stop: (() => Promise<void>) | undefined;
beforeAll(async () => {
  ({ stack, temporalLine, databaseLine, stop } = await startStackOnLines());
});
afterAll(() => stop?.());

async function consented(
  seller = firstSeller(stack),
): Promise<{ user: TestUser; browser: TestBrowser; back: string }> {
  const user = await stack.user();
  const browser = testBrowser(stack);
  browser.signIn(user.cookie);
  const { authUrl } = await browser.begin();
  const back = await browser.consent(authUrl, { seller });
  return { user, browser, back };
}

const statusOf = async ({ client }: TestUser) =>
  (await client.get('/api/v1/integrations/amazon/status')).body;

const NOT_CONNECTED = { success: true, connected: false, connections: [] };

test('Temporal away at the callback: the seller is connected, and the first sync comes by itself', async () => {
  const seller = await stack.newSeller();
  const { user, browser, back } = await consented(seller);
  await temporalLine.cut();
  try {
    expect(await browser.comeBack(back)).toBe('/oauth/callback?error=sync_delayed');
    expect(await statusOf(user)).toMatchObject({ connected: true });
  } finally {
    await temporalLine.restore();
  }
  // A minute passes in which nobody starts it.
  await stack.db
    .updateTable('connections')
    .set({ first_sync_owed_at: new Date(Date.now() - 60_000) })
    .where('user_key', '=', user.userId)
    .where('first_sync_owed_at', 'is not', null)
    .executeTakeFirstOrThrow();
  const worker = await stack.startWorker();
  const syncId = await eventually('the first sync', async () => {
    await maintained(stack);
    const { activeSync, lastSync } = await overviewOf(user.client);
    return (activeSync ?? lastSync)?.syncId;
  });
  expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({ status: 'complete' });
  expect(await stack.differences(user, seller)).toEqual([]);
  const { body } = await user.client.get('/api/sync/history');
  expect(body).toMatchObject({ total: 1, syncs: [{ syncId, trigger: 'connect' }] });
  worker.stop();
  await worker.done;
});

test.each([
  ['is gone', (line: TcpProxy) => line.cut()],
  ['does not answer', async (line: TcpProxy) => line.freeze()],
])(
  'PostgreSQL %s at the callback: nothing is connected, and starting again works',
  async (_, fault) => {
    const { user, browser, back } = await consented();
    await fault(databaseLine);
    try {
      expect(await browser.comeBack(back)).toBe('/oauth/callback?error=service_unavailable');
    } finally {
      await databaseLine.restore();
    }
    await eventually('PostgreSQL again', async () =>
      (await user.client.get('/readyz')).status === 200 ? true : undefined,
    );
    expect(await statusOf(user)).toEqual(NOT_CONNECTED);
    syncIdOf(await browser.connect(firstSeller(stack)));
  },
);

test('a fault of ours at the callback is told on a page too', async () => {
  await sql`create function broken() returns trigger language plpgsql as
    $$ begin raise 'broken'; end $$`.execute(stack.db);
  await sql`create trigger broken before insert on connections
    for each row execute function broken()`.execute(stack.db);
  const { user, browser, back } = await consented();
  try {
    expect(await browser.comeBack(back)).toBe('/oauth/callback?error=internal_server_error');
    expect(await statusOf(user)).toEqual(NOT_CONNECTED);
  } finally {
    await sql`drop trigger broken on connections`.execute(stack.db);
  }
});

test('who comes from Amazon’s app store while PostgreSQL is gone is told on a page', async () => {
  const user = await stack.user();
  const browser = testBrowser(stack);
  browser.signIn(user.cookie);
  const query = new URLSearchParams({
    amazon_callback_uri: 'https://sellercentral.amazon.de/apps/authorize/confirm/1',
    amazon_state: 'amazons',
  });
  await databaseLine.cut();
  try {
    expect(await browser.comeBack(`${AUTH}/login?${query}`)).toBe(
      '/oauth/callback?error=service_unavailable',
    );
  } finally {
    await databaseLine.restore();
  }
  await eventually('PostgreSQL again', async () =>
    (await user.client.get('/readyz')).status === 200 ? true : undefined,
  );
});

test('a database without room: nothing is connected, and no token is lost unnoticed', async () => {
  await sql`create function no_room() returns trigger language plpgsql as
    $$ begin raise exception 'no room' using errcode = '53100'; end $$`.execute(stack.db);
  await sql`create trigger no_room before insert on connections
    for each row execute function no_room()`.execute(stack.db);
  const { user, browser, back } = await consented();
  try {
    expect(await browser.comeBack(back)).toBe('/oauth/callback?error=storage_full');
    expect(await statusOf(user)).toEqual(NOT_CONNECTED);
    const schedules = await stack.db
      .selectFrom('sync_schedules')
      .select('user_key')
      .where('user_key', '=', user.userId)
      .execute();
    expect(schedules).toEqual([]);
  } finally {
    await sql`drop trigger no_room on connections`.execute(stack.db);
  }
  syncIdOf(await browser.connect(firstSeller(stack)));
  expect(await overviewOf(user.client)).toMatchObject({ hasActiveSync: true });
});
