import { sharedReads } from '../../../api/shared-reads';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const ownKey = (question: string) => question;

/** Counts its reads; each answers its key and number. */
function countedReads(milliseconds: number) {
  let reads = 0;
  const read = sharedReads(milliseconds, ownKey, async (key) => {
    reads += 1;
    return `${key} ${reads}`;
  });
  return { read, count: () => reads };
}

test('a hundred reads at once are one', async () => {
  const { read, count } = countedReads(1_000);
  const answers = await Promise.all(Array.from({ length: 100 }, () => read('user123')));
  expect(new Set(answers)).toEqual(new Set(['user123 1']));
  expect(count()).toBe(1);
});

test('an answer is shared until its time is over, and then read anew', async () => {
  const { read } = countedReads(1_000);
  expect(await read('user123')).toBe('user123 1');
  jest.advanceTimersByTime(999);
  expect(await read('user123')).toBe('user123 1');
  jest.advanceTimersByTime(1);
  expect(await read('user123')).toBe('user123 2');
  // The second answer has its whole time, whatever became of the first.
  jest.advanceTimersByTime(999);
  expect(await read('user123')).toBe('user123 2');
});

test('nobody gets the answer for another key', async () => {
  const { read } = countedReads(1_000);
  expect(await Promise.all([read('user123'), read('user456')])).toEqual(['user123 1', 'user456 2']);
});

test('questions of one key share an answer, however else they differ', async () => {
  let reads = 0;
  const read = sharedReads(
    1_000,
    ({ userKey }: { userKey: string; from: string }) => userKey,
    async ({ userKey }) => {
      reads += 1;
      return `${userKey} ${reads}`;
    },
  );
  const asked = ['a poll', 'a stream'].map((from) => read({ userKey: 'user123', from }));
  expect(await Promise.all(asked)).toEqual(['user123 1', 'user123 1']);
});

test('a failure reaches everybody who asked, and the next read tries again', async () => {
  let reads = 0;
  const read = sharedReads(1_000, ownKey, async () => {
    reads += 1;
    if (reads === 1) throw new Error('out of reach');
    return reads;
  });
  const first = await Promise.allSettled([read('user123'), read('user123')]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(reads).toBe(1);
  expect(await read('user123')).toBe(2);
});

test('a read that takes longer than its time does not hold up those who come later', async () => {
  let reads = 0;
  const read = sharedReads(1_000, ownKey, () => {
    reads += 1;
    return reads === 1 ? new Promise<number>(() => undefined) : Promise.resolve(reads);
  });
  void read('user123');
  jest.advanceTimersByTime(1_000);
  expect(await read('user123')).toBe(2);
});
