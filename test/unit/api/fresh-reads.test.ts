import { freshReads } from '../../../api/fresh-reads';

/** A read that ends when the test says so. */
function controlledRead() {
  const ends: ((answer: string) => void)[] = [];
  const fails: ((error: Error) => void)[] = [];
  const read = () =>
    new Promise<string>((resolve, reject) => {
      ends.push(resolve);
      fails.push(reject);
    });
  return { read, ends, fails };
}

test('whoever comes during a read gets the next one, and all of them the same', async () => {
  const { read, ends } = controlledRead();
  const ask = freshReads((key: string) => key, read);
  const first = ask('a');
  const late = [ask('a'), ask('a'), ask('a')];
  expect(ends).toHaveLength(1);
  ends[0]?.('before they came');
  expect(await first).toBe('before they came');
  await Promise.resolve();
  expect(ends).toHaveLength(2);
  ends[1]?.('after they came');
  expect(await Promise.all(late)).toEqual(Array(3).fill('after they came'));
});

test('a read that fails fails those who wait for the next too, and nobody who comes later', async () => {
  const { read, ends, fails } = controlledRead();
  const ask = freshReads((key: string) => key, read);
  const first = ask('a');
  const waiting = ask('a');
  const both = Promise.allSettled([first, waiting]);
  fails[0]?.(new Error('away'));
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(ends).toHaveLength(1);
  const late = ask('a');
  ends[1]?.('back');
  expect(await late).toBe('back');
});

test('keys do not wait for one another', async () => {
  const { read, ends } = controlledRead();
  const ask = freshReads((key: string) => key, read);
  const [a, b] = [ask('a'), ask('b')];
  expect(ends).toHaveLength(2);
  ends[1]?.('b');
  expect(await b).toBe('b');
  ends[0]?.('a');
  expect(await a).toBe('a');
});
