import { expectMatch, expectThat } from './expect-match';
import { expectWaited } from './quotas';
import { HOUR, type Scenario } from './scenario';

/** In Amazon's seconds. */
const REGENERATION_S = 12_000;

const CLAIMS_REPORT = 'GET_FBA_REIMBURSEMENTS_DATA';
const RETURNS_REPORT = 'GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA';
const ORDERS_REPORT = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';

export const REPORTS: Scenario[] = [
  {
    name: 'report FATAL once',
    // Amazon makes no second report of claims within four hours: 36 s here.
    given: { clockSpeed: 400 },
    async run(world) {
      const effect = { kind: 'report', outcome: 'FATAL' } as const;
      const faults = [
        world.fault({ operation: 'createReport', reportType: ORDERS_REPORT, effect }),
        world.fault({ operation: 'createReport', reportType: CLAIMS_REPORT, effect }),
      ];
      await world.completeSync();
      await world.expectRows();
      for (const fault of faults) expectMatch(fault.hits(), 1, 'hits');
    },
  },
  {
    name: 'FATAL by range until split',
    // Eight reports, which would be 28 hours if Amazon made one in four.
    given: { amazon: { regenerationSeconds: 0 } },
    async run(world) {
      const fault = world.fault({
        operation: 'createReport',
        reportType: CLAIMS_REPORT,
        times: null,
        effect: { kind: 'report', outcome: 'FATAL', longerThanDays: 50 },
      });
      await world.completeSync();
      await world.expectRows();
      // 365 days → 2 × 182.5 → 4 × 91 → 8 × 46: seven that were too long.
      expectMatch(fault.hits(), 7, 'reports over too long a range');
    },
  },
  {
    name: 'CANCELLED for no data',
    given: {
      sellers: [{ kind: 'generated', seed: 1, size: { orders: 100, skus: 20, claims: 0 } }],
    },
    async run(world) {
      const status = await world.completeSync();
      expectMatch(status.claimsDetected, 0, 'claims');
      await world.expectRows();
      // "Nothing" was true then; it must not be taken for true for ever.
      world.change({ kind: 'add_claims', count: 3, at: world.calendar.now() - 20 * 24 * HOUR });
      await world.completeSync();
      await world.expectRows();
    },
  },
  {
    name: 'CANCELLED for asked too soon',
    // Amazon's own four hours would be more than a minute here; these are one, enough for a second sync on a busy machine.
    given: { amazon: { regenerationSeconds: REGENERATION_S } },
    async run(world) {
      await world.completeSync();
      const madeBefore = world.amazonSeconds();
      await world.completeSync();
      await world.expectRows();
      expectThat(world.calls('getReports', 200) > 0, 'the report of a moment ago to be looked for');
      world.change({ kind: 'add_claims', count: 3 }, { kind: 'reverse_claims', count: 2 });
      await world.later(5 * HOUR);
      await world.until(
        'Amazon to make the report again',
        () => world.amazonSeconds() > madeBefore + REGENERATION_S,
        180,
      );
      await world.completeSync();
      await world.expectRows();
    },
  },
  {
    name: 'report stuck IN_QUEUE past its limit',
    given: { clockSpeed: 300 },
    async run(world) {
      world.fault({
        operation: 'createReport',
        reportType: CLAIMS_REPORT,
        times: null,
        effect: { kind: 'report', outcome: 'STUCK' },
      });
      const status = await world.sync();
      expectMatch(status, {
        status: 'complete',
        partial: true,
        resources: {
          orders: { state: 'complete', error: null },
          inventory: { state: 'complete', error: null },
          claims: { state: 'failed', error: { type: 'report_stuck' } },
        },
      });
      await world.expectRows({ only: (rows) => ({ ...rows, claims: [] }) });
      expectWaited(world, 'claims', 'report');
      // Asking for it again and again is what makes a queue longer.
      expectMatch(world.calls('createReport', 202), 15, 'reports asked for');
    },
  },
  {
    name: 'ambiguous createReport adopted',
    async run(world) {
      const lost = [
        world.fault({
          operation: 'createReport',
          reportType: ORDERS_REPORT,
          times: 2,
          effect: { kind: 'reset', when: 'after' },
        }),
        world.fault({
          operation: 'createReport',
          reportType: ORDERS_REPORT,
          after: 4,
          effect: { kind: 'status', status: 500, afterWork: true },
        }),
        ...([CLAIMS_REPORT, RETURNS_REPORT] as const).map((reportType) =>
          world.fault({
            operation: 'createReport',
            reportType,
            effect: { kind: 'reset', when: 'mid-body' },
          }),
        ),
      ];
      await world.completeSync();
      await world.expectRows();
      expectMatch(
        lost.map((fault) => fault.hits()),
        [2, 1, 1, 1],
        'lost answers',
      );
      // 13 windows, the claims and the returns: what Amazon had begun was found again, not asked for twice.
      expectMatch(world.calls('createReport'), 15, 'requests for a report');
      expectThat(world.calls('getReports', 200) > 0, 'the list of reports to be looked at');
    },
  },
];
