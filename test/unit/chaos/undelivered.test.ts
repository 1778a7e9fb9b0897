import { setTimeout } from 'node:timers/promises';
import { createRandom } from '../../../sandbox/random';
import { recordOutcome } from '../../../store/syncs';
import { noteAttempt } from '../../../store/webhook-deliveries';
import { insertWebhook } from '../../../store/webhooks';
import { signedHeaders } from '../../../webhooks/signature';
import { deliveriesUnderWay, undelivered } from '../../chaos/undelivered';
import { startWebhookReceiver, type WebhookReceiver } from '../../chaos/webhook-receiver';
import { bodyOf, COMPLETE, NOW, newSync, vault } from '../store/stored-things';
import { type TestDatabase, testDatabase } from '../store/test-database';

let database: TestDatabase;
let receiver: WebhookReceiver;
beforeEach(async () => {
  database = await testDatabase();
  receiver = await startWebhookReceiver(createRandom('receiver'));
});
afterEach(async () => {
  await receiver.close();
  await database.drop();
});

const ID = '5b0c3c3e-8a1c-4f5e-9d1f-0c8f3c9a2b11';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** A user with a webhook at the receiver, and one sync that has ended since. */
async function ended() {
  const { db } = database;
  const url = receiver.newUrl('user1');
  const webhook = { id: ID, userKey: 'user1', url, secret: SECRET, createdAt: NOW };
  await insertWebhook(db, vault, webhook, 10);
  receiver.registered(url, {
    id: ID,
    secret: SECRET,
    userId: 'user1',
    registeredAt: NOW.getTime(),
  });
  const sync = newSync('user1', NOW.getTime() + 1_000);
  const { deliveryIds } = await recordOutcome(db, sync, bodyOf(sync, COMPLETE));
  const [id = ''] = deliveryIds;
  return { id, url, sync };
}

const event = (syncId: string) =>
  JSON.stringify({
    type: 'sync.completed',
    timestamp: NOW.toISOString(),
    data: { ...bodyOf(newSync('user1'), COMPLETE), syncId },
  });

/** Sends until it is taken, as the service does. */
async function send(url: string, id: string, body: string, secret = SECRET): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = signedHeaders(secret, { id, timestamp, body });
  const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
  if (answer?.ok) return;
  await setTimeout(10);
  await send(url, id, body, secret);
}

test('an end that is on its way, was never noted or never came is found', async () => {
  const { db } = database;
  const { id, sync, url } = await ended();
  expect(await deliveriesUnderWay(db)).toEqual([id]);
  expect(await undelivered(db, receiver)).toEqual([expect.stringContaining('pending')]);
  const attempt = { at: NOW, status: 204, error: null, nextAt: null };
  await noteAttempt(db, { id, webhookId: ID }, attempt);
  expect(await deliveriesUnderWay(db)).toEqual([]);
  expect(await undelivered(db, receiver)).toEqual([expect.stringContaining('never came')]);
  await send(url, id, event(sync.syncId));
  expect(await undelivered(db, receiver)).toEqual([]);
  await db.deleteFrom('webhook_deliveries').execute();
  expect(await undelivered(db, receiver)).toEqual([
    `${sync.syncId}: nobody was to tell user1 of its end`,
  ]);
});

test('what waits for minutes after two failed attempts is not held against the service', async () => {
  const { db } = database;
  const { id } = await ended();
  const attempt = { at: NOW, status: 500, error: 'The receiver answered 500', nextAt: NOW };
  await noteAttempt(db, { id, webhookId: ID }, attempt);
  expect(await undelivered(db, receiver)).toHaveLength(1);
  await noteAttempt(db, { id, webhookId: ID }, attempt);
  expect(await undelivered(db, receiver)).toEqual([]);
});

test('the sync of another user, and a signature with another secret, are found', async () => {
  const { id, sync, url } = await ended();
  await send(url, id, event(sync.syncId));
  expect(receiver.wrong).toEqual([]);
  await send(url, id, event('sync_user2_1'));
  expect(receiver.wrong).toEqual([expect.stringContaining('sync_user2_1')]);
  await send(url, id, event(sync.syncId), 'whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldCBrZXk=');
  expect(receiver.wrong).toHaveLength(2);
});
