import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { AuditDetails } from '../../../contract/audit';
import {
  pruneAuditEvents,
  recordAudit,
  sliceAuditEvents,
  TooManyEvents,
} from '../../../store/audit-events';
import type { Database } from '../../../store/database';
import { disconnectUser, expireUser } from '../../../store/disconnect-user';
import { InvalidCursor } from '../../../store/page';
import { deletePurgedRows } from '../../../store/purged-rows';
import { connected, NOW } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

const DAY = 86_400_000;

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
});
afterAll(() => database?.drop());

const newUser = () => `user-${randomUUID()}`;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY);

const note = (userKey: string | null, at = NOW, details: AuditDetails = {}) =>
  recordAudit(db, { userKey, action: 'export', at, details });

async function trailOf(userKey: string): Promise<string[]> {
  const { rows } = await sliceAuditEvents(db, userKey, { limit: 100 });
  return rows.map(({ action, details: { by } }) =>
    by === undefined ? action : `${action} by ${by}`,
  );
}

test('an event can be neither changed nor deleted, nor the table emptied', async () => {
  const userKey = newUser();
  await note(userKey, daysAgo(1), { list: 'orders' });
  const before = await sliceAuditEvents(db, userKey, { limit: 10 });
  for (const statement of [
    "update audit_events set action = 'connect'",
    "update audit_events set details = '{}'",
    'delete from audit_events',
    'truncate audit_events',
  ]) {
    await expect(sql.raw(statement).execute(db)).rejects.toThrow('audit_events is append-only');
  }
  expect(await sliceAuditEvents(db, userKey, { limit: 10 })).toEqual(before);
});

test('what can be done without end is refused after a thousand events in an hour, what ends something never', async () => {
  const userKey = newUser();
  const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
  await sql`insert into audit_events (user_key, action, at, details)
    select ${userKey}, 'export', ${NOW}::timestamptz, '{}' from generate_series(1, 999)`.execute(
    db,
  );
  await note(userKey, at(59));
  await expect(note(userKey, at(59))).rejects.toBeInstanceOf(TooManyEvents);
  await note(newUser(), at(59));
  for (const action of ['cancel', 'disconnect', 'purge', 'webhook_deleted'] as const) {
    await recordAudit(db, { userKey, action, at: at(59), details: {} });
  }
  await note(userKey, at(61));
});

test('an event older than a year may go, and goes; a younger one stays', async () => {
  const userKey = newUser();
  // Long before what the other tests note.
  const then = new Date(NOW.getTime() - 10 * 365 * DAY);
  const before = (days: number) => new Date(then.getTime() - days * DAY);
  await note(userKey, before(400));
  await note(userKey, before(367));
  await note(userKey, before(365));
  expect(await pruneAuditEvents(db, then, 1)).toBe(1);
  expect(await pruneAuditEvents(db, then, 10)).toBe(1);
  expect(await trailOf(userKey)).toEqual(['export']);
});

test('an event holds nothing but what the list of details names', async () => {
  const userKey = newUser();
  const seller: object = { sellerId: 'A1SELLER' };
  await expect(note(userKey, NOW, seller)).rejects.toThrow('sellerId');
  expect(await trailOf(userKey)).toEqual([]);
});

test('a trail is read in pages, newest first, by its user only', async () => {
  const [userKey, other] = [newUser(), newUser()];
  for (let hour = 0; hour < 5; hour += 1) {
    await note(userKey, NOW, { hourUtc: hour });
    await note(other);
    await note(null);
  }
  const hours: (number | undefined)[] = [];
  let cursor: string | undefined;
  do {
    const page = await sliceAuditEvents(db, userKey, { limit: 2, cursor });
    hours.push(...page.rows.map(({ details }) => details.hourUtc));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(hours).toEqual([4, 3, 2, 1, 0]);
  const orders = Buffer.from(JSON.stringify(['-purchaseDate', 'x'])).toString('base64url');
  await expect(sliceAuditEvents(db, userKey, { limit: 2, cursor: orders })).rejects.toThrow(
    InvalidCursor,
  );
});

test('connecting, connecting again and another seller are told apart', async () => {
  const userKey = newUser();
  const first = await connected(db, userKey);
  await connected(db, userKey);
  const second = await connected(db, userKey, { sellerId: 'A2SELLER' });
  const { rows } = await sliceAuditEvents(db, userKey, { limit: 10 });
  expect(rows.map(({ action, details }) => [action, details])).toEqual([
    ['connect', { region: 'eu', connectionId: second, replaced: first }],
    ['reauthorize', { region: 'eu', connectionId: first }],
    ['connect', { region: 'eu', connectionId: first }],
  ]);
});

test('what is not done leaves no event, and what cannot be noted is not done', async () => {
  const userKey = newUser();
  await connected(db, userKey);
  await disconnectUser(db, { userKey: newUser(), region: undefined, purge: false }, NOW);
  await expect(
    db.transaction().execute(async (trx) => {
      await recordAudit(trx, { userKey, action: 'disconnect', at: NOW, details: {} });
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  expect(await trailOf(userKey)).toEqual(['connect']);

  await sql`alter table audit_events add constraint full_disk check (action <> 'purge') not valid`.execute(
    db,
  );
  const purging = disconnectUser(db, { userKey, region: undefined, purge: true }, NOW);
  await expect(purging).rejects.toThrow('full_disk');
  await sql`alter table audit_events drop constraint full_disk`.execute(db);
  expect(
    await db.selectFrom('connections').select('status').where('user_key', '=', userKey).execute(),
  ).toEqual([{ status: 'connected' }]);
  expect(await trailOf(userKey)).toEqual(['connect']);
});

test('the trail of a purge outlives it, to its last row', async () => {
  const userKey = newUser();
  await connected(db, userKey);
  await disconnectUser(db, { userKey, region: undefined, purge: true }, NOW);
  await deletePurgedRows(db, { userKey, batch: 10, hasTime: () => true, now: () => NOW });
  expect(await trailOf(userKey)).toEqual([
    'purge_finished by service',
    'purge',
    'disconnect',
    'connect',
  ]);
});

test('what retention deletes is in the trail too', async () => {
  const userKey = newUser();
  await connected(db, userKey);
  await disconnectUser(db, { userKey, region: undefined, purge: false }, NOW);
  await expireUser(db, userKey, new Date(NOW.getTime() + 1), new Date(NOW.getTime() + DAY));
  expect(await trailOf(userKey)).toEqual(['purge by retention', 'disconnect', 'connect']);
});
