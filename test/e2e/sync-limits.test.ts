import { randomUUID } from 'node:crypto';
import { type ApiProcess, startApiProcess } from '../../api/api-process';
import type { ScheduledStart } from '../../contract/scheduled-start';
import { createSyncClient, type SyncClient } from '../../dev/sync-client';
import { createLogger } from '../../observability/logger';
import { readApiSettings } from '../../settings/api-settings';
import { takeSyncPlace } from '../../store/sync-places';
import { scheduleDaily } from '../../store/sync-schedules';
import { latestSyncs } from '../../store/syncs';
import { eventually } from '../eventually';
import { errorOf, overviewOf, START } from './bodies';
import { maintained, onlyWhenAsked, taskQueueOf } from './maintenance';
import { firstSeller, startTestStack, type TestStack, type TestUser } from './test-stack';

jest.setTimeout(300_000);

const LIMITS = { service: 3, seller: 2 };

let stack: TestStack;
let other: ApiProcess;
beforeAll(async () => {
  stack = await startTestStack({
    // Reports that are never done are given up after two hours: six minutes at this speed.
    sandbox: { clockSpeed: 20 },
    env: { MAX_SYNCS: String(LIMITS.service), MAX_SYNCS_PER_SELLER: String(LIMITS.seller) },
  });
  await stack.startWorker();
  await onlyWhenAsked(stack);
  other = await startApiProcess(readApiSettings(stack.apiEnv), {
    log: createLogger('other', 'silent'),
  });
  // Who has a place keeps it until the test ends its sync, and no worker's slot.
  stack.sandbox.setFault({
    operation: 'createReport',
    times: null,
    effect: { kind: 'report', outcome: 'STUCK' },
  });
});
afterAll(async () => {
  await other?.stop();
  await stack?.stop();
});
afterEach(async () => {
  await Promise.all(running.map(cancel));
  running.length = 0;
});

const running: TestUser[] = [];

async function cancel(user: TestUser): Promise<void> {
  await eventually('the sync to end', async () => {
    const { activeSync } = await overviewOf(user.client);
    if (activeSync === null) return true;
    await user.client.post(`/api/sync/cancel/${activeSync.syncId}`);
    return undefined;
  });
}

const users = (count: number) =>
  Promise.all(Array.from({ length: count }, async () => stack.user(await stack.newSeller())));

/** Users whose syncs take up all places. */
async function fill(): Promise<TestUser[]> {
  const full = await users(LIMITS.service);
  for (const user of full) await ask(user.client);
  running.push(...full);
  return full;
}

/** Asks for a sync, again where a server is out of reach for a moment; 409 says that it had started nevertheless. */
function ask(client: SyncClient) {
  return eventually('an answer', async () => {
    const answer = await client.post(START);
    if (answer.status === 503 && errorOf(answer).error === 'service_unavailable') return undefined;
    return { ...answer, isStarted: answer.status === 200 || answer.status === 409 };
  });
}

test('of a crowd at two processes as many start as may; the others are told to try again, and can', async () => {
  const crowd = await users(12);
  const answers = await Promise.all(
    crowd.map(async (user, index) => {
      const at = index % 2 === 0 ? stack.api.port : other.port;
      return ask(createSyncClient(`http://127.0.0.1:${at}`, user.cookie));
    }),
  );
  const accepted = crowd.filter((_, index) => answers[index]?.isStarted);
  running.push(...accepted);
  expect(accepted).toHaveLength(LIMITS.service);
  for (const answer of answers.filter(({ isStarted }) => !isStarted)) {
    expect(answer.status).toBe(503);
    expect(errorOf(answer)).toMatchObject({
      error: 'too_many_syncs',
      message: 'Many syncs are running at the moment. Start yours again in a moment.',
    });
  }
  const [first, second] = accepted;
  const late = crowd.find((user) => !accepted.includes(user));
  if (first === undefined || second === undefined || late === undefined) throw new Error('Nobody');
  const response = await fetch(`${stack.apiUrl}${START}`, {
    method: 'POST',
    headers: { cookie: late.cookie },
  });
  expect(response.status).toBe(503);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  // Whose sync runs is told so, and not that there is no room.
  expect(await second.client.post(START)).toMatchObject({ status: 409 });
  await cancel(first);
  expect(await ask(late.client)).toMatchObject({ isStarted: true });
  running.push(late);
});

test('users of one seller have their own bound, and words', async () => {
  const seller = firstSeller(stack);
  const crowd = await Promise.all([1, 2, 3].map(() => stack.user(seller)));
  const answers = await Promise.all(crowd.map((user) => ask(user.client)));
  running.push(...crowd.filter((_, index) => answers[index]?.isStarted));
  const [refused, ...more] = answers.filter(({ isStarted }) => !isStarted);
  expect(more).toEqual([]);
  expect(refused?.status).toBe(503);
  expect(errorOf({ body: refused?.body })).toMatchObject({
    error: 'too_many_syncs',
    message: 'This seller is being synced for others. Start your sync again in a moment.',
  });
  const [another] = await users(1);
  if (another !== undefined) running.push(another);
  expect(another && (await ask(another.client))).toMatchObject({ isStarted: true });
});

test('a process that died before it started anything leaves its place to others', async () => {
  const dead = await users(LIMITS.service);
  const hold = (holdMs: number) =>
    Promise.all(
      dead.map(({ userId: userKey }) =>
        takeSyncPlace(stack.db, { id: `of ${userKey}`, userKey, holdMs }, LIMITS),
      ),
    );
  expect(await hold(60_000)).toEqual(dead.map(() => 'taken'));
  const [user] = await users(1);
  if (user === undefined) throw new Error('Nobody');
  expect(await ask(user.client)).toMatchObject({ status: 503 });
  await hold(0);
  expect(await ask(user.client)).toMatchObject({ isStarted: true });
  running.push(user);
});

test('a daily sync waits for its turn', async () => {
  const [first] = await fill();
  const [daily] = await users(1);
  if (first === undefined || daily === undefined) throw new Error('Nobody');
  await stack.db.transaction().execute((trx) => scheduleDaily(trx, daily.userId, new Date()));
  const handle = await stack.temporal.workflow.start('startScheduledSync', {
    workflowId: randomUUID(),
    taskQueue: taskQueueOf(stack),
    args: [{ userKey: daily.userId }],
  });
  await eventually('it to wait', async () => {
    const { pendingActivities } = (await handle.describe()).raw;
    return pendingActivities?.some(({ attempt }) => Number(attempt) > 1) || undefined;
  });
  expect(await latestSyncs(stack.db, daily.userId, 1)).toEqual([]);
  await cancel(first);
  const started: ScheduledStart = await handle.result();
  expect(started).toMatchObject({ kind: 'started' });
  running.push(daily);
  await eventually('its row', async () => (await latestSyncs(stack.db, daily.userId, 1))[0]);
  expect(await ask(first.client)).toMatchObject({ status: 503 });
});

test('a first sync that is owed waits for its turn', async () => {
  const [first] = await fill();
  const [owed] = await users(1);
  if (first === undefined || owed === undefined) throw new Error('Nobody');
  await stack.db
    .updateTable('connections')
    .set({ first_sync_owed_at: new Date(Date.now() - 60_000) })
    .where('user_key', '=', owed.userId)
    .execute();
  expect(await maintained(stack)).toMatchObject({ startOwedSyncs: 0 });
  await cancel(first);
  expect(await maintained(stack)).toMatchObject({ startOwedSyncs: 1 });
  running.push(owed);
});
