import { ScheduleNotFoundError } from '@temporalio/client';
import { nextRunAt } from '../../contract/daily-run';
import { ScheduleBody } from '../../contract/schedule-body';
import { dailyScheduleId } from '../../contract/schedule-ids';
import { eventually } from '../eventually';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy';
import { testServer } from '../test-servers';
import { errorOf, overviewOf } from './bodies';
import { maintained, taskQueueOf } from './maintenance';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

const SCHEDULE = '/api/v1/integrations/amazon/schedule';

let line: TcpProxy;
let stack: TestStack;
beforeAll(async () => {
  const [host = '', port] = testServer('TEST_TEMPORAL_ADDRESS').split(':');
  line = await startTcpProxy(host, Number(port));
  stack = await startTestStack({ temporalAddress: `127.0.0.1:${line.port}` });
});
afterAll(async () => {
  await stack.stop();
  await line.close();
});

const connected = async () => stack.user(await stack.newSeller());

async function scheduleOf({ client }: TestUser): Promise<ScheduleBody> {
  const answer = await client.get(SCHEDULE);
  if (answer.status !== 200) throw new Error(`No schedule: ${JSON.stringify(answer)}`);
  return ScheduleBody.strict().parse(answer.body);
}

async function set({ client }: TestUser, change: unknown): Promise<ScheduleBody> {
  const answer = await client.put(SCHEDULE, change);
  if (answer.status !== 200) throw new Error(`Not changed: ${JSON.stringify(answer)}`);
  return ScheduleBody.strict().parse(answer.body);
}

const nextOf = ({ userId }: TestUser, hourUtc: number) =>
  nextRunAt(userId, hourUtc, new Date()).toISOString();

test('a user who is connected has a daily sync at 02:00, and sees when the next one is', async () => {
  const user = await connected();
  const nextRun = nextOf(user, 2);
  expect(await scheduleOf(user)).toEqual({
    success: true,
    enabled: true,
    hourUtc: 2,
    nextRunAt: nextRun,
  });
  expect((await overviewOf(user.client)).nextScheduledSync).toBe(nextRun);
});

test('the hour and whether it runs are set apart or together, and what is left out stays', async () => {
  const user = await connected();
  expect(await set(user, { hourUtc: 23 })).toMatchObject({ enabled: true, hourUtc: 23 });
  expect((await scheduleOf(user)).nextRunAt).toBe(nextOf(user, 23));
  expect(await set(user, { enabled: false })).toMatchObject({ hourUtc: 23, nextRunAt: null });
  expect((await overviewOf(user.client)).nextScheduledSync).toBeNull();
  expect(await set(user, {})).toMatchObject({ enabled: false, hourUtc: 23 });
  expect(await set(user, { enabled: true, hourUtc: 0 })).toMatchObject({
    enabled: true,
    nextRunAt: nextOf(user, 0),
  });
});

test.each([{ hourUtc: 24 }, { hourUtc: -1 }, { hourUtc: 2.5 }, { enabled: 'yes' }, { hour: 3 }])(
  '%j is refused, and changes nothing',
  async (change) => {
    const user = await connected();
    const answer = await user.client.put(SCHEDULE, change);
    expect([answer.status, errorOf(answer).error]).toEqual([400, 'invalid_request']);
    expect(await scheduleOf(user)).toMatchObject({ enabled: true, hourUtc: 2 });
  },
);

test('without a connection there is none to see or to set', async () => {
  const user = await stack.user();
  for (const ask of [() => user.client.get(SCHEDULE), () => user.client.put(SCHEDULE, {})]) {
    const answer = await ask();
    expect([answer.status, errorOf(answer).error]).toEqual([400, 'amazon_not_connected']);
  }
  expect((await overviewOf(user.client)).nextScheduledSync).toBeNull();
});

test('no next run is promised while Amazon waits to be authorized again', async () => {
  const user = await connected();
  await scheduleOf(user);
  await stack.db
    .updateTable('connections')
    .set({ status: 'reauthorization_required' })
    .where('user_key', '=', user.userId)
    .execute();
  expect(await scheduleOf(user)).toMatchObject({ enabled: true, nextRunAt: null });
});

test('it is set also while Temporal is away, which follows when it is back', async () => {
  const user = await connected();
  await line.cut();
  expect(await set(user, { hourUtc: 5 })).toMatchObject({ hourUtc: 5, nextRunAt: nextOf(user, 5) });
  await line.restore();
  await stack.startWorker();
  await maintained(stack);
  const id = dailyScheduleId(taskQueueOf(stack), user.userId);
  const described = await eventually('the Schedule', async () => {
    try {
      return await stack.temporal.schedule.getHandle(id).describe();
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  });
  expect(described.info.nextActionTimes[0]?.toISOString()).toBe(nextOf(user, 5));
});
