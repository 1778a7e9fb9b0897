import { ServiceError } from '@temporalio/client';
import { createFindableStarts, type FoundBy } from '../../../api/findable-starts';

const INPUT = {
  syncId: 'sync_user123_1',
  userKey: 'user123',
  mode: 'auto',
  trigger: 'manual',
  startedAt: '2026-01-01T00:00:00.000Z',
} as const;

/** As the SDK has a refusal of the server's. */
function refusal(code: number): ServiceError {
  const cause = Object.assign(new Error('refused'), { code, details: 'refused', metadata: {} });
  return new ServiceError('Failed to start Workflow', { cause });
}

const names = ({ typedSearchAttributes }: FoundBy) =>
  typedSearchAttributes?.map(({ key }) => key.name) ?? [];

test('a sync is started with search attributes', async () => {
  const start = createFindableStarts(() => 0);
  expect(await start(INPUT, async (foundBy) => names(foundBy))).toEqual([
    'AmazonSyncId',
    'AmazonSyncMode',
    'AmazonSyncTrigger',
  ]);
});

test('where the namespace lacks them it is started without, and they are tried again a minute later', async () => {
  let now = 0;
  let lacks = true;
  let starts = 0;
  const start = createFindableStarts(() => now);
  const startOne = () =>
    start(INPUT, async (foundBy) => {
      starts += 1;
      if (lacks && names(foundBy).length > 0) throw refusal(3);
      return names(foundBy).length;
    });
  expect([await startOne(), starts]).toEqual([0, 2]);
  expect([await startOne(), starts]).toEqual([0, 3]);
  lacks = false;
  now += 60_000;
  expect([await startOne(), starts]).toEqual([3, 4]);
});

test('any other refusal is told as it is, after one start', async () => {
  let starts = 0;
  const start = createFindableStarts(() => 0);
  const unavailable = refusal(14);
  const started = start(INPUT, async () => {
    starts += 1;
    throw unavailable;
  });
  await expect(started).rejects.toBe(unavailable);
  expect(starts).toBe(1);
});
