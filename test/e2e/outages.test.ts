import { eventually } from '../eventually';
import type { TcpProxy } from '../tcp-proxy';
import { errorOf, START, start, statusOf } from './bodies';
import { startStackOnLines } from './stack-on-lines';
import { firstSeller, type TestStack } from './test-stack';

let temporalLine: TcpProxy;
let databaseLine: TcpProxy;
let stack: TestStack;
let stop: (() => Promise<void>) | undefined;
beforeAll(async () => {
  ({ stack, temporalLine, databaseLine, stop } = await startStackOnLines());
});
afterAll(() => stop?.());

/** What only PostgreSQL answers: without it an error, and never an empty list. */
const READS = ['orders', 'inventory', 'claims'].map(
  (list) => `/api/v1/integrations/amazon/${list}`,
);

const LINES = [
  { name: 'Temporal', line: () => temporalLine, reads: [] },
  { name: 'PostgreSQL', line: () => databaseLine, reads: READS },
];
const FAULTS = [
  ['is gone', (line: TcpProxy) => line.cut()],
  ['does not answer', async (line: TcpProxy) => line.freeze()],
] as const;

describe.each(LINES)('when $name', ({ line, reads }) => {
  test.each(FAULTS)(
    '%s, everything answers 503 in under 3 seconds and recovers by itself',
    async (__, fault) => {
      const user = await stack.user(firstSeller(stack));
      const other = await stack.user(firstSeller(stack));
      const syncId = await start(other.client);
      await fault(line());
      const requests = [
        () => user.client.post(START),
        () => other.client.get(`/api/sync/status?syncId=${syncId}`),
        () => user.client.get('/readyz'),
        ...reads.map((path) => () => other.client.get(path)),
      ];
      for (const request of requests) {
        const begun = performance.now();
        const answer = await request();
        expect(performance.now() - begun).toBeLessThan(3_000);
        expect([answer.status, errorOf(answer).error]).toEqual([503, 'service_unavailable']);
      }
      expect((await user.client.get('/healthz')).status).toBe(200);
      await line().restore();
      await eventually('ready again', async () =>
        (await user.client.get('/readyz')).status === 200 ? true : undefined,
      );
      expect(await statusOf(other.client, syncId)).toMatchObject({ status: 'in_progress' });
      await start(user.client);
    },
  );
});

test('a sync goes on to its end after Temporal and PostgreSQL were away in the middle of it', async () => {
  const seller = firstSeller(stack);
  const user = await stack.user(seller);
  await stack.startWorker();
  const syncId = await start(user.client);
  await eventually('progress', async () =>
    (await statusOf(user.client, syncId)).progress > 0 ? true : undefined,
  );
  for (const line of [databaseLine, temporalLine]) {
    await line.cut();
    await line.restore();
  }
  await eventually(
    'the end',
    async () => ((await statusOf(user.client, syncId)).status !== 'in_progress' ? true : undefined),
    120_000,
  );
  expect(await statusOf(user.client, syncId)).toMatchObject({ status: 'complete', partial: false });
  expect(await stack.differences(user, seller)).toEqual([]);
});
