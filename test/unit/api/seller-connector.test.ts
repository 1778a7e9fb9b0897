import { randomUUID } from 'node:crypto';
import { createConsentStates } from '../../../api/consent-states';
import { createSellerConnector } from '../../../api/seller-connector';
import { createLogger } from '../../../observability/logger';
import { currentConnections } from '../../../store/connections';
import { disconnectUser } from '../../../store/disconnect-user';
import { NOW, vault } from '../store/stored-things';
import { type TestDatabase, testDatabase } from '../store/test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());

const USER = 'user1';

/** Ends an authorization of the user; `meanwhile` happens while the code is exchanged. */
async function finished(meanwhile: () => Promise<unknown>) {
  const { api: db } = database.scoped;
  const now = () => NOW.getTime();
  const states = createConsentStates({ db, now, randomText: () => randomUUID().padEnd(43, 'x') });
  const connector = createSellerConnector({
    db,
    vault,
    states,
    now,
    log: createLogger('api', 'silent'),
    newId: randomUUID,
    endpointOf: () => 'https://sellingpartnerapi-eu.amazon.com',
    syncs: { start: async () => ({ kind: 'started', syncId: 'sync_user1_1' }) },
    async exchangeCode() {
      await meanwhile();
      return { kind: 'token', refreshToken: 'Atzr|token' };
    },
  });
  const { state, nonce } = await states.begin({ userKey: USER, nonce: undefined }, 'eu');
  const answer = { state, sellerId: 'A1SELLER', code: 'code', error: undefined };
  return connector.finish({ userKey: USER, nonce }, answer);
}

test('what a user has had deleted does not come back with an authorization that was under way', async () => {
  const { db } = database;
  const purge = { userKey: USER, region: undefined, purge: true };
  expect(await finished(() => disconnectUser(db, purge, NOW))).toEqual({
    kind: 'failed',
    code: 'state_unknown',
  });
  expect(await currentConnections(db, USER)).toEqual([]);
  expect(await finished(async () => undefined)).toMatchObject({ kind: 'syncing' });
  expect(await currentConnections(db, USER)).toHaveLength(1);
});
