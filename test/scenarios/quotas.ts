import type { Resource } from '../../contract/resources';
import type { ResourceProgress } from '../../contract/sync-status';
import { EVERY_OPERATION } from './every-operation';
import { expectThat } from './expect-match';
import { expectWithinPlans } from './expect-within-plans';
import type { Scenario } from './scenario';
import { expectComplete, type ScenarioWorld } from './scenario-world';

const QUOTA_EXCEEDED = { kind: 'status', status: 429, code: 'QuotaExceeded' } as const;

export const QUOTAS: Scenario[] = [
  {
    name: '429 storm',
    // Slow enough to be looked at while it waits: an answer about a running sync is up to a second old.
    given: { clockSpeed: 60 },
    async run(world) {
      const faults = EVERY_OPERATION.map((operation) => ({ operation, effect: QUOTA_EXCEEDED }));
      await world.completeSyncThrough(faults, 300);
      await world.expectRows();
      expectWaited(world, 'orders', 'quota');
      expectThat(world.calls('createReport', 429) > 0, '429 of createReport');
    },
  },
  {
    name: '429 on every createReport for ten minutes',
    given: { clockSpeed: 60 },
    async run(world) {
      const fault = { operation: 'createReport', effect: QUOTA_EXCEEDED } as const;
      await world.completeSyncThrough([fault], 600);
      await world.expectRows();
      expectWaited(world, 'orders', 'quota');
      expectWaited(world, 'claims', 'quota');
      expectWaited(world, 'returns', 'quota');
      // 15 reports are asked for at once; each refusal empties the bucket, which gives one try a minute.
      const refused = world.calls('createReport', 429);
      expectThat(refused <= 15 + 2 * 10, 'the bucket to slow down', refused);
    },
  },
  {
    name: 'four workers on one connection',
    given: {
      sellers: [{ kind: 'generated', seed: 4, size: { orders: 1_000, skus: 600, claims: 40 } }],
      // Amazon allows two pages of stock a second. A worker may be half of that late, which is a quarter of a second at
      // this speed and 2.5 ms at the usual one.
      clockSpeed: 2,
      // So that reports take no longer for it.
      amazon: { reportSeconds: { min: 1, max: 3 } },
      workers: 4,
    },
    async run(world) {
      // Too new for a report, so that their pages come by search.
      world.change({ kind: 'add_orders', count: 600 });
      await world.completeSync();
      await world.expectRows();
      expectWithinPlans(world, 2);
    },
  },
  {
    name: 'two users on one seller',
    // Slow enough that 30 reports are asked for before the bucket of 15 has refilled, on a busy machine too.
    given: { workers: 2, clockSpeed: 40 },
    async run(world) {
      const other = await world.service.user(world.seller);
      const ids = [await world.start(), await world.start('auto', other)] as const;
      const [first, second] = await Promise.all([world.ended(ids[0]), world.ended(ids[1], other)]);
      expectComplete(first);
      expectComplete(second);
      await world.expectRows();
      await world.expectRows({ user: other });
      // Neither knows of the other: each spends a burst of its own, and Amazon has one for both.
      const refused = world.calls('createReport', 429);
      expectThat(refused > 0, '429s, or this shows nothing');
      expectThat(refused <= 30, 'fewer refused reports than reports', refused);
    },
  },
];

/** A frontend must have been able to say: which resource, why, until when. */
export function expectWaited(
  world: ScenarioWorld,
  resource: Resource,
  reason: 'quota' | 'report' | 'retry',
): ResourceProgress {
  const waits = world.seen.flatMap(({ resources }) => resources[resource] ?? []);
  const found = waits.find((one) => one.state === 'waiting' && one.reason === reason);
  if (found === undefined) {
    const states = [...new Set(waits.map(({ state, reason: why }) => `${state} ${why ?? ''}`))];
    throw new Error(`expected ${resource} to wait for ${reason}; seen: ${states.join(', ')}`);
  }
  expectThat(found.waitingUntil !== null, 'waitingUntil of a resource that waits', found);
  expectThat((found.attempt ?? 0) >= 1, 'the attempt of a resource that waits', found);
  return found;
}
