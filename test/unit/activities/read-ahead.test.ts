import { setImmediate } from 'node:timers/promises';
import { readAhead } from '../../../activities/read-ahead';

test('items come in their order, all of them', async () => {
  const source = async function* () {
    yield* [1, 2, 3];
  };
  const read: number[] = [];
  for await (const item of readAhead(source())) read.push(item);
  expect(read).toEqual([1, 2, 3]);
});

test('the next item is made while the one before is worked on, and no more than that one', async () => {
  const made: number[] = [];
  const source = async function* () {
    for (let item = 1; item <= 4; item += 1) {
      made.push(item);
      yield item;
    }
  };
  const madeWhile: number[][] = [];
  for await (const item of readAhead(source())) {
    await setImmediate();
    if (item < 3) madeWhile.push([...made]);
  }
  expect(madeWhile).toEqual([
    [1, 2],
    [1, 2, 3],
  ]);
});

test('a source that breaks does so after what it gave before', async () => {
  const source = async function* () {
    yield 1;
    throw new Error('cut off');
  };
  const read: number[] = [];
  const reading = async () => {
    for await (const item of readAhead(source())) {
      await setImmediate();
      read.push(item);
    }
  };
  await expect(reading()).rejects.toThrow('cut off');
  expect(read).toEqual([1]);
});

test('a caller that fails hears of its own fault alone, at once, and the source is closed', async () => {
  let isClosed = false;
  let goOn: () => void = () => undefined;
  const source = async function* () {
    try {
      yield 1;
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      throw new Error('nobody hears this');
    } finally {
      isClosed = true;
    }
  };
  const reading = async () => {
    for await (const _ of readAhead(source())) throw new Error('the disk is full');
  };
  await expect(reading()).rejects.toThrow('the disk is full');
  goOn();
  await setImmediate();
  expect(isClosed).toBe(true);
});
