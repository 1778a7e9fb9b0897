import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import {
  connect,
  connectionAccess,
  connectWithin,
  currentConnections,
  requireReauthorization,
} from '../../../store/connections';
import { countSealed, type ResealedBatch, resealSecrets } from '../../../store/sealed-secrets';
import { TokenVault } from '../../../store/token-vault';
import { insertWebhook, sealOwner } from '../../../store/webhooks';
import { eventually } from '../../eventually';
import { NOW, newConnection } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

const OLD = { id: 'k1', key: Buffer.alloc(32, 1) };
const NEW = { id: 'k2', key: Buffer.alloc(32, 2) };
const before = new TokenVault([OLD]);
const both = new TokenVault([NEW, OLD]);
const after = new TokenVault([NEW]);
const LATER = new Date(NOW.getTime() + 60_000);

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

const connected = (userKey: string, refreshToken: string, vault = before) =>
  connect(database.db, vault, newConnection(userKey, { refreshToken }), NOW);

const tokenOf = async (id: string, vault = after) =>
  (await connectionAccess(database.db, vault, id))?.refreshToken;

async function withWebhook(userKey: string, secret: string): Promise<string> {
  const id = randomUUID();
  const webhook = { id, userKey, url: 'https://hooks.example/', secret, createdAt: NOW };
  await insertWebhook(database.db, before, webhook, 10);
  return id;
}

async function secretOf(id: string): Promise<string> {
  const { secret } = await database.db
    .selectFrom('webhooks')
    .select('secret')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return after.open(sealOwner(id), secret);
}

async function resealed(batch = 500): Promise<ResealedBatch[]> {
  const batches: ResealedBatch[] = [];
  for await (const one of resealSecrets(database.db, both, batch)) batches.push(one);
  return batches;
}

test('tokens and webhook secrets are sealed with the first key, after which no other is needed', async () => {
  const ids = await Promise.all([1, 2, 3].map((n) => connected(`user${n}`, `Atzr|${n}`)));
  const webhook = await withWebhook('user1', 'whsec_one');
  expect(await countSealed(database.db)).toEqual([
    { kind: 'token', keyId: 'k1', count: 3 },
    { kind: 'webhook secret', keyId: 'k1', count: 1 },
  ]);
  expect(await resealed(2)).toEqual([
    { kind: 'token', resealed: 2, unopened: 0 },
    { kind: 'token', resealed: 1, unopened: 0 },
    { kind: 'webhook secret', resealed: 1, unopened: 0 },
  ]);
  expect(await countSealed(database.db)).toEqual([
    { kind: 'token', keyId: 'k2', count: 3 },
    { kind: 'webhook secret', keyId: 'k2', count: 1 },
  ]);
  expect(await Promise.all(ids.map((id) => tokenOf(id)))).toEqual(['Atzr|1', 'Atzr|2', 'Atzr|3']);
  expect(await secretOf(webhook)).toBe('whsec_one');
  expect(await resealed()).toEqual([]);
});

test('what was broken off goes on where it was', async () => {
  await Promise.all([1, 2, 3, 4].map((n) => connected(`user${n}`, `Atzr|${n}`)));
  for await (const batch of resealSecrets(database.db, both, 3)) {
    expect(batch.resealed).toBe(3);
    break;
  }
  expect(await resealed()).toEqual([{ kind: 'token', resealed: 1, unopened: 0 }]);
});

test('two at once lose no token, and each is counted once', async () => {
  const ids = await Promise.all([1, 2, 3, 4].map((n) => connected(`user${n}`, `Atzr|${n}`)));
  const runs = await Promise.all([resealed(1), resealed(1), resealed(4)]);
  expect(runs.flat().reduce((sum, batch) => sum + batch.resealed, 0)).toBe(4);
  expect(await Promise.all(ids.map((id) => tokenOf(id)))).toEqual(
    [1, 2, 3, 4].map((n) => `Atzr|${n}`),
  );
});

test('a seller who connects again at the same moment keeps the new token', async () => {
  const { db } = database;
  const id = await connected('user1', 'Atzr|old');
  let running: Promise<ResealedBatch[]> = Promise.resolve([]);
  await db.transaction().execute(async (trx) => {
    const again = newConnection('user1', { refreshToken: 'Atzr|new' });
    await connectWithin(trx, both, again, LATER);
    running = resealed();
    // It has read the old token, and waits for the row.
    await eventually('the other to wait', async () => {
      const { rows } = await sql<{ waiting: string }>`
        select count(*) as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
      return rows[0]?.waiting === '1' ? true : undefined;
    });
  });
  expect(await running).toEqual([{ kind: 'token', resealed: 0, unopened: 0 }]);
  expect(await tokenOf(id)).toBe('Atzr|new');
});

test('what does not open stays as it is, and holds up nothing', async () => {
  const lost = new TokenVault([{ id: 'k0', key: Buffer.alloc(32, 9) }]);
  const [altered, ofLostKey, good] = await Promise.all([
    connected('user1', 'Atzr|1'),
    connected('user2', 'Atzr|2', lost),
    connected('user3', 'Atzr|3'),
  ]);
  await database.db
    .updateTable('connections')
    .set({ refresh_token: 'k1:AAAA' })
    .where('id', '=', altered)
    .execute();
  const told = await resealed(1);
  expect(told.reduce((sum, { unopened }) => sum + unopened, 0)).toBe(2);
  expect(await tokenOf(good)).toBe('Atzr|3');
  expect(await tokenOf(ofLostKey, lost)).toBe('Atzr|2');
  expect(await countSealed(database.db)).toEqual(
    ['k0', 'k1', 'k2'].map((keyId) => ({ kind: 'token', keyId, count: 1 })),
  );
});

test('a withdrawal is noted though the token was sealed anew since it was read', async () => {
  const { db } = database;
  const id = await connected('user1', 'Atzr|1');
  const access = await connectionAccess(db, both, id);
  await resealed();
  await requireReauthorization(db, id, access?.authorizedAt ?? LATER, LATER);
  expect((await currentConnections(db, 'user1'))[0]?.status).toBe('reauthorization_required');
});
