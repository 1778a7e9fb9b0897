import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually } from '../eventually';
import { testServer } from '../test-servers';
import { start } from './bodies';
import { type GrpcCounter, startGrpcCounter } from './grpc-counter';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

const BATCH = 500;
const BATCHES = 20;
const SYNCS = 2;

let counter: GrpcCounter;
let stack: TestStack;
beforeAll(async () => {
  counter = await startGrpcCounter(testServer('TEST_TEMPORAL_ADDRESS'));
  stack = await startTestStack({
    temporalAddress: counter.address,
    env: { MAX_STREAMS_PER_USER: String(BATCH) },
  });
  await stack.startWorker();
});
afterAll(async () => {
  await stack?.stop();
  await counter?.close();
});

interface Watched {
  user: TestUser;
  syncId: string;
}

/** A client that comes, and leaves when it has been told something; or, impatient, before. */
function visit({ user, syncId }: Watched, isImpatient: boolean, isGone: () => void): void {
  // Plain sockets: the clients, too, run on this machine.
  const socket = connect(stack.api.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.on('close', isGone);
  socket.write(
    `GET /api/sse/sync-progress/${syncId} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: ${user.cookie}\r\n\r\n`,
    () => isImpatient && socket.destroy(),
  );
  let told = '';
  socket.on('data', (chunk) => {
    told += chunk;
    if (told.includes('data: {')) socket.destroy();
  });
}

function collect(): number {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

test('ten thousand clients that come and go leave nothing behind, and share one question a second', async () => {
  const watched: Watched[] = [];
  stack.sandbox.setFault({ operation: 'searchOrders', times: null, effect: { kind: 'hang' } });
  for (let index = 0; index < SYNCS; index += 1) {
    const user = await stack.user(await stack.newSeller());
    watched.push({ user, syncId: await start(user.client) });
  }

  const batch = () =>
    new Promise<void>((resolve) => {
      let open = BATCH;
      for (let index = 0; index < BATCH; index += 1) {
        const one = watched[index % SYNCS];
        if (one === undefined) throw new Error('Nothing to watch');
        visit(one, index % 5 === 0, () => {
          open -= 1;
          if (open === 0) resolve();
        });
      }
    });
  const settled = () =>
    eventually('none listens', () => stack.api.listeners() === 0 || undefined, 45_000);

  // What is made once, such as connections to the database, is there after the first ones.
  await batch();
  await settled();
  const before = {
    heap: collect(),
    resources: resources(),
    queries: counter.count('QueryWorkflow'),
  };
  const begun = performance.now();
  for (let number = 1; number < BATCHES; number += 1) await batch();
  await settled();
  const seconds = (performance.now() - begun) / 1000;
  const asked = counter.count('QueryWorkflow') - before.queries;

  // A question lasts a second for all who ask in it; one more each that was under way at the ends.
  expect(asked).toBeLessThanOrEqual(SYNCS * (seconds + 2));
  expect(asked).toBeGreaterThan(0);
  await eventually('sockets and timers are gone', () => {
    const { TCPSocketWrap: sockets = 0, Timeout: timers = 0 } = resources();
    const { TCPSocketWrap: socketsBefore = 0, Timeout: timersBefore = 0 } = before.resources;
    // Others' come and go too: connections to the database, Temporal's polls.
    return (sockets <= socketsBefore + 10 && timers <= timersBefore + 10) || undefined;
  });
  // And with nobody there, nobody asks.
  const idle = counter.count('QueryWorkflow');
  await eventually('three seconds pass', () =>
    performance.now() - begun > (seconds + 3) * 1000 ? true : undefined,
  );
  expect(counter.count('QueryWorkflow') - idle).toBe(0);
  // A listener is some 20 KB: 9,500 that are kept would be 190 MB. The log, which the tests keep, is a few.
  const grown = collect() - before.heap;
  process.stderr.write(
    `${(BATCHES - 1) * BATCH} clients in ${seconds.toFixed(1)} s: ${asked} questions, heap ${grown.toFixed(1)} MB\n`,
  );
  expect(grown).toBeLessThan(40);
  for (const { user, syncId } of watched) await user.client.post(`/api/sync/cancel/${syncId}`);
}, 600_000);
