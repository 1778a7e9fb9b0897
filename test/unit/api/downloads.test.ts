import { createDownloads } from '../../../api/downloads';

const LIMITS = { atOnce: 4, perUser: 2, reading: 2 };

const refused = (code: string) => expect.objectContaining({ code });

test('a user has so many at once, and all users so many; who ends one may begin another', () => {
  const downloads = createDownloads(LIMITS);
  const first = downloads.take('one');
  downloads.take('one');
  expect(() => downloads.take('one')).toThrow(refused('too_many_requests'));
  downloads.take('two');
  downloads.take('two');
  expect(() => downloads.take('three')).toThrow(refused('service_unavailable'));
  first.leave();
  first.leave(); // once is all that counts
  downloads.take('one');
  expect(() => downloads.take('one')).toThrow(refused('too_many_requests'));
  expect(() => downloads.take('three')).toThrow(refused('service_unavailable'));
});

test('so many ask the database at one moment, in the order in which they come', async () => {
  const place = createDownloads(LIMITS).take('one');
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const reads = [0, 1, 2, 3].map((number) =>
    place.read(async () => {
      begun.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      return number;
    }),
  );
  const ended = Promise.all(reads);
  for (let end = 0; end < 4; end += 1) {
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1, 2, 3].slice(0, end + 2));
    ends[end]?.();
  }
  expect(await ended).toEqual([0, 1, 2, 3]);
});

test('one that fails hands its turn over', async () => {
  const place = createDownloads({ ...LIMITS, reading: 1 }).take('one');
  const failing = place.read(() => Promise.reject(new Error('away')));
  const next = place.read(async () => 'rows');
  await expect(failing).rejects.toThrow('away');
  expect(await next).toBe('rows');
});
