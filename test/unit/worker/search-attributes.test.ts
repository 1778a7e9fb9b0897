import { createLogger } from '../../../observability/logger';
import {
  createSearchAttributes,
  type SearchAttributeCalls,
} from '../../../worker/search-attributes';

/** An error as gRPC has it. */
function grpcError(code: number, details: string): Error {
  return Object.assign(new Error(details), { code, details, metadata: {} });
}

const NOT_KNOWN = grpcError(3, 'no mapping defined for search attribute AmazonSyncId');

function searchAttributes(calls: SearchAttributeCalls, now = Date.now) {
  const lines: string[] = [];
  const log = createLogger('test', 'info', {
    destination: { write: (line) => void lines.push(line) },
  });
  const stopping = new AbortController();
  return {
    ...createSearchAttributes({ calls, log, now, signal: stopping.signal }),
    lines,
    stopping,
  };
}

test('where they are there, whoever may not register them uses them', async () => {
  const { areThere, register, lines } = searchAttributes({
    count: async () => undefined,
    add: () => Promise.reject(grpcError(7, 'Request unauthorized.')),
  });
  await register();
  expect(await areThere()).toBe(true);
  expect(lines).toEqual([]);
});

test('where they are not, they are registered, and waited for until the server knows them', async () => {
  let asked = 0;
  let added = 0;
  const { areThere, register } = searchAttributes({
    async count() {
      asked += 1;
      if (asked < 3) throw NOT_KNOWN;
    },
    async add() {
      added += 1;
    },
  });
  await register();
  expect([await areThere(), added]).toEqual([true, 2]);
});

test('who may not register them is told once, with the command, and syncs do without', async () => {
  const { areThere, register, lines } = searchAttributes({
    count: () => Promise.reject(NOT_KNOWN),
    add: () => Promise.reject(grpcError(7, 'Request unauthorized.')),
  });
  await register();
  expect(await areThere()).toBe(false);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('Request unauthorized.');
  expect(lines[0]).toContain(
    'temporal operator search-attribute create --type Keyword --name AmazonSyncId --name AmazonSyncMode --name AmazonSyncTrigger',
  );
});

test('a server out of reach is asked again, until the worker stops', async () => {
  const { areThere, register, lines, stopping } = searchAttributes({
    count: () => Promise.reject(grpcError(14, 'No connection established')),
    add: async () => undefined,
  });
  const registered = register();
  await Promise.resolve();
  stopping.abort();
  await registered;
  expect(await areThere()).toBe(false);
  expect(lines.length).toBeLessThanOrEqual(1);
});

test('a namespace that lost them, or has got them, is noticed within a minute', async () => {
  let fault: Error | undefined = NOT_KNOWN;
  let time = 0;
  let asked = 0;
  const { areThere } = searchAttributes(
    {
      count: async () => {
        asked += 1;
        if (fault !== undefined) throw fault;
      },
      add: async () => undefined,
    },
    () => time,
  );
  expect([await areThere(), await areThere(), asked]).toEqual([false, false, 1]);
  time += 60_000;
  fault = undefined;
  expect(await areThere()).toBe(true);
  time += 59_000;
  fault = NOT_KNOWN;
  expect(await areThere()).toBe(true);
  time += 1_000;
  expect(await areThere()).toBe(false);
  time += 60_000;
  fault = grpcError(14, 'No connection established');
  expect(await areThere()).toBe(false);
});
