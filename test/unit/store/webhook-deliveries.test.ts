import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { WebhookEvent } from '../../../contract/webhooks';
import { dueMaintenance } from '../../../store/due-maintenance';
import { recordOutcome } from '../../../store/syncs';
import {
  dueDelivery,
  failDelivery,
  listDeliveries,
  noteAttempt,
  overdueDeliveries,
  pruneDeliveries,
} from '../../../store/webhook-deliveries';
import {
  deleteWebhook,
  disableWebhook,
  insertWebhook,
  listWebhooks,
} from '../../../store/webhooks';
import { eventually } from '../../eventually';
import { bodyOf, COMPLETE, FAILED, NOW, newSync, vault } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const DAY = 86_400_000;
const later = (ms: number) => new Date(NOW.getTime() + ms);

let users = 0;
const newUser = () => `user${++users}`;

async function webhookOf(userKey: string, limit = 10): Promise<string | undefined> {
  const webhook = {
    id: randomUUID(),
    userKey,
    url: 'https://example.com/hooks',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    createdAt: NOW,
  };
  return (await insertWebhook(database.db, vault, webhook, limit))?.id;
}

async function oneWebhook(userKey: string): Promise<string> {
  const id = await webhookOf(userKey);
  if (id === undefined) throw new Error('Not accepted');
  return id;
}

/** A user with a webhook, and a sync of theirs that ended. */
async function delivered(change: Parameters<typeof bodyOf>[1] = COMPLETE) {
  const userKey = newUser();
  const webhookId = await oneWebhook(userKey);
  const sync = newSync(userKey);
  const { deliveryIds } = await recordOutcome(database.db, sync, bodyOf(sync, change));
  const [id] = deliveryIds;
  if (id === undefined) throw new Error('No delivery');
  const list = async () => (await listDeliveries(database.db, userKey, webhookId, 10)) ?? [];
  return { userKey, webhookId, sync, id, list };
}

const missed = { status: 500, error: 'The receiver answered 500' };

describe('the end of a sync', () => {
  test('comes with one delivery to each webhook of its user, and to nobody else’s', async () => {
    const userKey = newUser();
    const webhooks = [await oneWebhook(userKey), await oneWebhook(userKey)];
    const stranger = newUser();
    const foreign = await oneWebhook(stranger);
    const sync = newSync(userKey);
    const { deliveryIds } = await recordOutcome(database.db, sync, bodyOf(sync, FAILED));
    expect(deliveryIds).toHaveLength(2);
    for (const webhook of webhooks) {
      expect(await listDeliveries(database.db, userKey, webhook, 10)).toMatchObject([
        { syncId: sync.syncId, type: 'sync.failed', state: 'pending', attempts: 0 },
      ]);
    }
    expect(await listDeliveries(database.db, stranger, foreign, 10)).toEqual([]);
  });

  test('that twenty record at once makes one delivery', async () => {
    const userKey = newUser();
    const webhookId = await oneWebhook(userKey);
    const sync = newSync(userKey);
    const recorded = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        recordOutcome(database.db, sync, bodyOf(sync, index % 2 ? COMPLETE : FAILED)),
      ),
    );
    expect(recorded.flatMap(({ deliveryIds }) => deliveryIds)).toHaveLength(1);
    expect(await listDeliveries(database.db, userKey, webhookId, 10)).toHaveLength(1);
  });

  test('is told whole, as its status', async () => {
    const { id, sync } = await delivered();
    const due = await dueDelivery(database.db, vault, id);
    expect(WebhookEvent.parse(JSON.parse(due?.body ?? ''))).toEqual({
      type: 'sync.completed',
      timestamp: NOW.toISOString(),
      data: bodyOf(sync, COMPLETE),
    });
  });

  test('is recorded also while a webhook of its user is deleted', async () => {
    const userKey = newUser();
    const [kept, deleted] = [await oneWebhook(userKey), await oneWebhook(userKey)];
    const sync = newSync(userKey);
    let recording: ReturnType<typeof recordOutcome> | undefined;
    await database.db.transaction().execute(async (trx) => {
      await deleteWebhook(trx, userKey, deleted, NOW);
      recording = recordOutcome(database.db, sync, bodyOf(sync, COMPLETE));
      await eventually('the record waits for this transaction', async () => {
        const waiting = sql`select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        return (await waiting.execute(database.db)).rows[0];
      });
    });
    expect(await recording).toMatchObject({ isFirst: true, deliveryIds: [expect.any(String)] });
    expect(await listDeliveries(database.db, userKey, kept, 10)).toHaveLength(1);
  });

  test('is not told to a webhook that is disabled', async () => {
    const userKey = newUser();
    await disableWebhook(database.db, await oneWebhook(userKey), 'gone', NOW);
    const sync = newSync(userKey);
    const { deliveryIds } = await recordOutcome(database.db, sync, bodyOf(sync, COMPLETE));
    expect(deliveryIds).toEqual([]);
  });
});

describe('an attempt', () => {
  test('that failed leaves the delivery pending until the next', async () => {
    const { id, webhookId, list } = await delivered();
    const at = later(1_000);
    const nextAt = later(6_000);
    expect(await noteAttempt(database.db, { id, webhookId }, { ...missed, at, nextAt })).toBeNull();
    expect(await list()).toMatchObject([
      {
        id,
        state: 'pending',
        attempts: 1,
        lastStatus: 500,
        lastError: 'The receiver answered 500',
        lastAttemptAt: at.toISOString(),
        nextAttemptAt: nextAt.toISOString(),
      },
    ]);
    expect(await dueDelivery(database.db, vault, id)).toMatchObject({ attempts: 1 });
  });

  test('that was the last ends it, and tells since when all have failed', async () => {
    const { userKey, id, webhookId, list } = await delivered();
    const at = later(1_000);
    const last = { ...missed, at, nextAt: null };
    expect(await noteAttempt(database.db, { id, webhookId }, last)).toEqual(at);
    expect(await list()).toMatchObject([{ state: 'failed', nextAttemptAt: null }]);
    expect(await dueDelivery(database.db, vault, id)).toBeUndefined();

    const next = newSync(userKey, NOW.getTime() + DAY);
    const { deliveryIds } = await recordOutcome(database.db, next, bodyOf(next, COMPLETE));
    const second = { id: String(deliveryIds[0]), webhookId };
    expect(await noteAttempt(database.db, second, { ...last, at: later(DAY) })).toEqual(at);

    const third = newSync(userKey, NOW.getTime() + 2 * DAY);
    const more = await recordOutcome(database.db, third, bodyOf(third, COMPLETE));
    const success = { at: later(2 * DAY), status: 200, error: null, nextAt: null };
    const delivery = { id: String(more.deliveryIds[0]), webhookId };
    expect(await noteAttempt(database.db, delivery, success)).toBeNull();
    expect((await list()).map(({ state }) => state).sort()).toEqual([
      'delivered',
      'failed',
      'failed',
    ]);
  });

  test('of a delivery that was deleted, or has ended, changes nothing', async () => {
    const { userKey, id, webhookId, list } = await delivered();
    await failDelivery(database.db, id, 'given up');
    const success = { at: NOW, status: 200, error: null, nextAt: null };
    await noteAttempt(database.db, { id, webhookId }, success);
    expect(await list()).toMatchObject([{ state: 'failed', attempts: 0, lastError: 'given up' }]);
    await deleteWebhook(database.db, userKey, webhookId, NOW);
    await noteAttempt(database.db, { id, webhookId }, success);
    expect(await listDeliveries(database.db, userKey, webhookId, 10)).toBeUndefined();
  });
});

test('a delivery to a webhook that was disabled meanwhile ends with that', async () => {
  const { id, webhookId, list } = await delivered();
  await disableWebhook(database.db, webhookId, 'The receiver answered 410', NOW);
  await disableWebhook(database.db, webhookId, 'another reason', NOW);
  expect(await dueDelivery(database.db, vault, id)).toBeUndefined();
  expect(await list()).toMatchObject([{ state: 'failed', lastError: 'The webhook is disabled' }]);
});

test('a secret is sealed in the database and opens for its own webhook only', async () => {
  const { db } = database;
  const [mine, other] = [await delivered(), await delivered()];
  const due = await dueDelivery(db, vault, mine.id);
  expect(due?.secret()).toBe('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const { secret } = await db
    .selectFrom('webhooks')
    .select('secret')
    .where('id', '=', other.webhookId)
    .executeTakeFirstOrThrow();
  expect(secret).not.toContain('whsec');
  await db.updateTable('webhooks').set({ secret }).where('id', '=', mine.webhookId).execute();
  const swapped = await dueDelivery(db, vault, mine.id);
  expect(() => swapped?.secret()).toThrow();
});

test('a user has no more webhooks than the limit, also when all are made at once', async () => {
  const userKey = newUser();
  const made = await Promise.all(Array.from({ length: 12 }, () => webhookOf(userKey, 3)));
  expect(made.filter((id) => id !== undefined)).toHaveLength(3);
  const webhooks = await listWebhooks(database.db, userKey, 10);
  expect(webhooks).toHaveLength(3);
  expect(await deleteWebhook(database.db, newUser(), String(webhooks[0]?.id), NOW)).toBe(false);
  expect(await deleteWebhook(database.db, userKey, String(webhooks[0]?.id), NOW)).toBe(true);
  expect(await webhookOf(userKey, 3)).toBeDefined();
});

/** So long ago that nothing but deliveries is due. */
const LONG_AGO = new Date(0);
const NOTHING_ELSE = {
  owed: LONG_AGO,
  expired: LONG_AGO,
  forgotten: LONG_AGO,
  young: LONG_AGO,
  checked: LONG_AGO,
};

test('what is overdue is found, what has ended is pruned, and neither the other', async () => {
  const { db } = database;
  const [pending, ended] = [await delivered(), await delivered()];
  await failDelivery(db, ended.id, 'given up');
  const found = await overdueDeliveries(db, later(121_000), 1_000);
  const overdue = found.map(({ deliveryId }) => deliveryId);
  expect(overdue).toContain(pending.id);
  expect(overdue).not.toContain(ended.id);
  expect(await overdueDeliveries(db, later(60_000), 1_000)).toEqual([]);
  expect(await dueMaintenance(db, later(60_000), NOTHING_ELSE)).toEqual([]);
  expect(await dueMaintenance(db, later(121_000), NOTHING_ELSE)).toEqual([
    'startWebhookDeliveries',
  ]);
  expect(await dueMaintenance(db, later(31 * DAY), NOTHING_ELSE)).toContain(
    'pruneWebhookDeliveries',
  );
  expect(await pruneDeliveries(db, later(29 * DAY), 1_000)).toBe(0);
  expect(await pruneDeliveries(db, later(31 * DAY), 1_000)).toBeGreaterThan(0);
  expect(await pending.list()).toHaveLength(1);
  expect(await ended.list()).toHaveLength(0);
});
