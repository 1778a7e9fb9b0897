import { text } from 'node:stream/consumers';
import { createProgressStreams, type ProgressStreams } from '../../../api/progress-stream';
import { statusBodyOf } from '../../../contract/status-body';
import type { SyncStatusBody } from '../../../contract/sync-status';
import { eventually } from '../../eventually';
import { SYNC_ID, stateWith } from '../contract/sync-states';

const RUNNING = statusBodyOf(stateWith({}), {}, Date.now());

let now = Date.now();

function listen(streams: ProgressStreams, expiresAt = now + 3_600_000) {
  const listening = { userKey: 'user123', syncId: SYNC_ID, expiresAt, first: RUNNING };
  const stream = streams.listen(listening);
  if (typeof stream === 'string') throw new Error(stream);
  return stream;
}

const streamsOf = (read: () => Promise<SyncStatusBody | undefined>) =>
  createProgressStreams({ statuses: { read }, now: () => now, perUser: 2 });

test('the streams of a sync that was deleted end, and a fault of the database ends none', async () => {
  const answers: (() => Promise<SyncStatusBody | undefined>)[] = [
    () => Promise.reject(new Error('The database is away')),
    () => Promise.resolve(RUNNING),
    () => Promise.resolve(undefined),
  ];
  let asked = 0;
  const streams = streamsOf(async () => {
    asked += 1;
    expect(streams.listeners()).toBe(2);
    return answers[asked - 1]?.();
  });
  const both = await Promise.all([text(listen(streams)), text(listen(streams))]);
  expect(asked).toBe(3);
  for (const one of both) expect(one.match(/^data:/gm)).toHaveLength(1);
  expect(streams.listeners()).toBe(0);
});

test('a line on which nothing happens gets a comment now and then, until the session ends', async () => {
  const streams = streamsOf(async () => RUNNING);
  const stream = listen(streams, now + 60_000);
  let told = '';
  stream.on('data', (chunk) => {
    told += chunk;
  });
  const ended = new Promise((resolve) => stream.on('end', resolve));
  for (let beats = 1; beats <= 2; beats += 1) {
    now += 16_000;
    await eventually('a heartbeat', () => told.split('\n: ').length > beats || undefined);
  }
  now += 60_000;
  await ended;
  expect(streams.listeners()).toBe(0);
});

test('a process that is about to end takes no new listeners', () => {
  const streams = streamsOf(async () => RUNNING);
  listen(streams);
  streams.close();
  expect(streams.listeners()).toBe(0);
  expect(() => listen(streams)).toThrow('full');
});

test('a user may have so many streams and no more; one that is closed makes room', async () => {
  const streams = streamsOf(async () => RUNNING);
  const first = listen(streams);
  listen(streams);
  expect(() => listen(streams)).toThrow('too_many');
  const another = { userKey: 'another', syncId: SYNC_ID, expiresAt: now + 1, first: RUNNING };
  expect(typeof streams.listen(another)).toBe('object');
  first.destroy();
  await eventually('it to be gone', () => streams.listeners() === 2 || undefined);
  listen(streams);
  streams.close();
});
