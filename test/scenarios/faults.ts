import { EVERY_OPERATION } from './every-operation';
import { expectMatch, expectThat } from './expect-match';
import { expectWaited } from './quotas';
import { PAGED_SELLER, type Scenario } from './scenario';

export const FAULTS: Scenario[] = [
  {
    name: '503 burst',
    // Twelve seconds of it, in which a busy machine must answer one status.
    given: { clockSpeed: 20 },
    async run(world) {
      const effect = { kind: 'status', status: 503 } as const;
      const faults = EVERY_OPERATION.map((operation) => ({ operation, effect }));
      await world.completeSyncThrough(faults, 240);
      await world.expectRows();
      const waited = expectWaited(world, 'inventory', 'retry');
      expectThat((waited.error?.message ?? '') !== '', 'the reason of a retry', waited);
      expectThat(waited.error?.requestId != null, "Amazon's id of the request that failed", waited);
    },
  },
  {
    name: 'connection reset mid-body',
    given: { sellers: [PAGED_SELLER], clockSpeed: 100 },
    async run(world) {
      const effect = { kind: 'reset', when: 'mid-body' } as const;
      const faults = [
        world.fault({ operation: 'getInventorySummaries', after: 1, effect }),
        world.fault({ operation: 'createReport', after: 3, effect }),
        world.fault({ operation: 'getReport', after: 2, times: 2, effect }),
        world.fault({ operation: 'getReportDocument', effect }),
        world.fault({ operation: 'download', times: 3, effect }),
        world.fault({ operation: 'searchOrders', effect }),
      ];
      await world.completeSync();
      await world.expectRows();
      for (const fault of faults) expectThat(fault.hits() > 0, 'every fault to have hit');
    },
  },
  {
    name: 'hang past the timeout',
    given: { workers: 0 },
    async run(world) {
      await world.service.startWorker({ requestTimeoutMs: 2_000 });
      const faults = (
        ['token', 'getInventorySummaries', 'createReport', 'getReport', 'download'] as const
      ).map((operation) => world.fault({ operation, effect: { kind: 'hang' } }));
      await world.completeSync();
      await world.expectRows();
      for (const fault of faults) expectMatch(fault.hits(), 1, 'hits');
    },
  },
  {
    name: 'malformed JSON',
    async run(world) {
      const effect = { kind: 'malformed' } as const;
      for (const operation of EVERY_OPERATION) world.fault({ operation, effect });
      await world.completeSync();
      await world.expectRows();
      // One that stays malformed ends its resource alone, and is kept out of the database.
      world.change({ kind: 'change_stock', count: 5 });
      const before = await world.service.differences(world.user, world.seller);
      expectThat(before.length > 0, 'changed stock');
      world.fault({ operation: 'getInventorySummaries', times: null, effect });
      const status = await world.sync();
      expectMatch(status, {
        status: 'complete',
        partial: true,
        resources: {
          orders: { state: 'complete', error: null },
          inventory: { state: 'failed', error: { type: 'malformed_answer' } },
          claims: { state: 'complete', error: null },
        },
      });
      const { error } = status.resources.inventory;
      expectThat(error?.requestId != null, "Amazon's request id in the error", error);
      expectMatch(await world.service.differences(world.user, world.seller), before, 'differences');
    },
  },
  {
    name: 'unknown fields and enum values',
    async run(world) {
      const at = world.calendar.now() - 86_400_000;
      world.change({ kind: 'rename_status', count: 3, status: 'AWAITING_DRONE', at });
      const effect = { kind: 'unknown_words' } as const;
      for (const operation of ['token', ...EVERY_OPERATION] as const) {
        world.fault({ operation, times: null, effect });
      }
      await world.completeSync();
      await world.expectRows();
      world.change(
        { kind: 'add_orders', count: 30 },
        { kind: 'rename_status', count: 4, status: 'LOST_AT_SEA' },
      );
      await world.completeSync();
      await world.expectRows();
    },
  },
  {
    name: 'access token expired mid-sync',
    async run(world) {
      const effect = { kind: 'expired_access_token' } as const;
      const faults = [
        world.fault({ operation: 'getReport', after: 4, effect }),
        world.fault({ operation: 'getInventorySummaries', after: 1, effect }),
        world.fault({ operation: 'getReportDocument', after: 2, effect }),
      ];
      await world.completeSync();
      await world.expectRows();
      for (const fault of faults) expectMatch(fault.hits(), 1, 'hits');
      // Each is answered by a new token and one more try, not by a failed attempt.
      expectThat(
        world.calls('token', 200) >= 2,
        'a second access token',
        world.calls('token', 200),
      );
      const failed = world.seen.flatMap(({ resources }) =>
        Object.values(resources).filter(({ reason }) => reason === 'retry'),
      );
      expectMatch(failed, [], 'retries');
    },
  },
];
