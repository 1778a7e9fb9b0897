import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { z } from 'zod';
import { eventually } from '../eventually';
import { allGood, failsFor, final, gate } from './fake-world';
import { toJson } from './histories';
import { type EndedSync, type RunningSync, runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startTimeSkipping();
});
afterAll(() => server?.teardown());

const Metadata = z.object({ currentDetails: z.string() });

/** The page of a run, as the Temporal UI asks for it. */
async function detailsOf({ handle }: Pick<RunningSync, 'handle'>): Promise<string[]> {
  const metadata = Metadata.parse(await handle.query('__temporal_workflow_metadata'));
  return metadata.currentDetails.split('\n');
}

const Scheduled = z.object({
  userMetadata: z.object({ summary: z.object({ data: z.base64() }) }).optional(),
  activityTaskScheduledEventAttributes: z.object({ activityType: z.object({ name: z.string() }) }),
});

/** The summaries of all steps of a sync, each after its activity's name. */
function summariesOf({ history }: EndedSync): string[] {
  return toJson(history).events.flatMap((event) => {
    const { data: step } = Scheduled.safeParse(event);
    if (step === undefined) return [];
    const summary = Buffer.from(step.userMetadata?.summary.data ?? 'IiI=', 'base64').toString();
    return `${step.activityTaskScheduledEventAttributes.activityType.name}: ${JSON.parse(summary)}`;
  });
}

test('the page of a run says how far each resource is', async () => {
  const { opened, open } = gate();
  let during: string[] = [];
  let after: string[] = [];
  const sync = await runSync(
    server,
    {
      ...allGood,
      importClaims: async () => {
        await opened;
        return { records: 2 };
      },
      completeOrders: async () => opened,
    },
    {
      during: async (running) => {
        // Orders and claims stand at the gate: inventory and returns alone go on to their ends.
        during = await eventually('inventory', async () => {
          const details = await detailsOf(running);
          return details.includes('- Inventory: complete, 1 of 1 steps, 5 rows') &&
            details.includes('- Returns: complete, 3 of 3 steps, 4 rows')
            ? details
            : undefined;
        });
        open();
      },
      after: async (ended) => {
        after = await detailsOf(ended);
      },
    },
  );
  const { syncId, startedAt } = sync.input;
  expect(during[0]).toMatch(/^\*\*Fetching orders and claims\*\* \(\d+ %\)$/);
  expect(during).toContain(`${syncId}, from ${startedAt} on`);
  expect(after).toEqual([
    '**Synced 133 orders, 5 inventory items, 2 claims, 4 returns** (100 %)',
    '',
    '- Orders: complete, 40 of 40 steps, 133 rows',
    '- Inventory: complete, 1 of 1 steps, 5 rows',
    '- Claims: complete, 3 of 3 steps, 2 rows',
    '- Returns: complete, 3 of 3 steps, 4 rows',
    '',
    `${syncId}, from ${startedAt} to ${sync.state?.completedAt}`,
  ]);
});

test('the page of a run says what of it failed, and by what', async () => {
  let after: string[] = [];
  await runSync(
    server,
    { ...allGood, ...failsFor('claims', final('access_denied', 'Amazon denies\naccess')) },
    {
      after: async (ended) => {
        after = await detailsOf(ended);
      },
    },
  );
  expect(after[0]).toMatch(/; claims could not be fetched\*\* \(100 %\)$/);
  expect(after).toContain(
    '- Claims: failed, 2 of 3 steps, 0 rows, access_denied: Amazon denies access',
  );
});

test('each step says what it is about', async () => {
  const summaries = summariesOf(await runSync(server, allGood));
  expect(summaries[0]).toBe('prepareSync: ');
  expect(summaries).toEqual(
    expect.arrayContaining([
      'requestReport: orders, US, 2025-10-21 10:00 to 2025-11-20 10:00',
      'importOrders: orders, 2025-10-21 10:00 to 2025-11-20 10:00',
      'scanInventory: inventory, US',
      'importAccountReport: returns, US, 2024-11-20 10:00 to 2025-11-20 10:00',
      expect.stringMatching(/^awaitReport: claims, report claims from .*, \d{4}-/),
      expect.stringMatching(/^searchOrders: orders since 2025-\S+Z, US$/),
      expect.stringMatching(/^completeOrders: orders are whole until 2025-\S+Z, US$/),
    ]),
  );
  // No two windows look the same.
  const requests = summaries.filter((summary) => summary.startsWith('requestReport: orders'));
  expect(new Set(requests).size).toBe(13);
});
