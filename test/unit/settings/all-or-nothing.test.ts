import { allOrNothing } from '../../../settings/all-or-nothing';

test('parts are stopped the last one first, and once', async () => {
  const stopped: string[] = [];
  const stop = await allOrNothing(async (stops, stopAll) => {
    for (const part of ['first', 'second']) stops.push(async () => stopped.push(part));
    return stopAll;
  });
  expect(stopped).toEqual([]);
  await stop();
  await stop();
  expect(stopped).toEqual(['second', 'first']);
});

test('a failed start stops what had started, and says why it failed where a part cannot be stopped', async () => {
  const stopped: string[] = [];
  const started = allOrNothing(async (stops) => {
    stops.push(async () => stopped.push('first'));
    stops.push(() => Promise.reject(new Error('cannot be stopped')));
    stops.push(async () => stopped.push('third'));
    throw new Error('the port is taken');
  });
  await expect(started).rejects.toThrow('the port is taken');
  expect(stopped).toEqual(['third', 'first']);
});
