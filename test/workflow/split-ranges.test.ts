import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ImportClaims } from '../../activities/claims-activities';
import type { ReportWaitInput } from '../../activities/report-steps';
import type { TimeRange } from '../../contract/time-range';
import { allGood, FIRST_SYNC, final } from './fake-world';
import { runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

const DAY = 86_400_000;
const days = ({ from, to }: TimeRange) => (Date.parse(to) - Date.parse(from)) / DAY;
const fatal = () => final('report_fatal', 'Amazon could not make the report');

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startTimeSkipping();
});
afterAll(() => server?.teardown());

/** Amazon makes no report of claims over more days than these. */
function atMost(longest: number) {
  const asked: TimeRange[] = [];
  const imported: ImportClaims[] = [];
  return {
    asked,
    imported,
    activities: {
      ...allGood,
      async awaitReport({ resource, range }: ReportWaitInput) {
        if (resource === 'claims') asked.push(range);
        if (resource === 'claims' && days(range) > longest) throw fatal();
        return { kind: 'document' as const, documentId: `${resource} ${range.from} ${range.to}` };
      },
      async importClaims(input: ImportClaims) {
        imported.push(input);
        return { records: 2 };
      },
    },
  };
}

test('a range that Amazon cannot make a report of is split until it can, and covered whole', async () => {
  const { activities, imported } = atMost(100);
  const sync = await runSync(server, activities);
  // 365 → 182.5 → 91.25: four quarters.
  expect(sync.state).toMatchObject({
    status: 'complete',
    progress: 100,
    resources: {
      claims: { outcome: 'complete', reports: 4, imported: 4, records: 8, error: null },
    },
  });
  const ranges = imported.map(({ documentId }) => documentId?.split(' ').slice(1) ?? []);
  const whole = FIRST_SYNC.connections[0]?.work?.claims?.range;
  expect(ranges[0]?.[1]).toBe(whole?.to);
  expect(ranges.at(-1)?.[0]).toBe(whole?.from);
  ranges.slice(1).forEach((range, index) => {
    expect(range[1]).toBe(ranges[index]?.[0]);
  });
  // The cursor moves with the last one only, to the end of all.
  expect(imported.map(({ cursor }) => cursor?.watermark)).toEqual([
    undefined,
    undefined,
    undefined,
    whole?.to,
  ]);
});

test('a report that Amazon can never make is given up at a day, after ten requests', async () => {
  const { activities, asked, imported } = atMost(0);
  const sync = await runSync(server, activities);
  expect(sync.state).toMatchObject({
    status: 'complete',
    resources: {
      orders: { outcome: 'complete', error: null },
      claims: { outcome: 'failed', error: { type: 'report_fatal' } },
    },
  });
  expect(asked).toHaveLength(10);
  expect(days(asked.at(-1) ?? { from: '', to: '' })).toBeLessThanOrEqual(1);
  expect(imported).toEqual([]);
});

test('a window of orders is split too, and the cursor waits for both halves', async () => {
  const steps: string[] = [];
  const sync = await runSync(server, {
    ...allGood,
    async awaitReport({ resource, range }) {
      if (resource === 'orders' && days(range) === 30) throw fatal();
      return { kind: 'document', documentId: `${resource} ${range.from}` };
    },
    async importOrders() {
      steps.push('imported');
      return { records: 10 };
    },
    async completeOrders() {
      steps.push('completed');
    },
  });
  // Twelve windows of 30 days in two, and the last one of 5 days.
  expect(steps).toEqual([...Array(25).fill('imported'), 'completed']);
  expect(sync.state?.resources.orders).toMatchObject({ outcome: 'complete', records: 253 });
});
