import { Context, heartbeat } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../activities/create-activities';
import type { SyncState } from '../../contract/sync-state';
import { eventually } from '../eventually';
import { allGood, gate, outcomeKeeper, wait } from './fake-world';
import { type RunningSync, runSync } from './sync-runs';
import { realServer } from './temporal-servers';

// On a real server, since none of this needs hours to pass, and the server that skips time loses a cancellation:
// it rejects the workflow task that cancels an activity which has ended meanwhile (ACTIVITY_UNKNOWN).
let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await realServer();
});
afterAll(() => server?.teardown());

test('a sync cancelled while its activities wait ends cancelled, and nothing more runs', async () => {
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  const { activities, calls } = counted({
    ...allGood,
    recordSyncOutcome,
    awaitReport: async ({ resource }) => {
      throw wait('report', resource, 3_600_000);
    },
  });
  const sync = await runSync(server, activities, {
    during: async ({ handle }) => {
      // 13 windows and the claims, each with its first attempt behind it.
      await eventually('all reports wait', async () => {
        const { raw } = await handle.describe();
        const waiting = (raw.pendingActivities ?? []).filter(({ attempt }) => attempt === 2);
        return waiting.length === 14 || undefined;
      });
      await handle.cancel();
    },
  });
  expectCancelled(sync, outcomes);
  expect(calls.awaitReport).toBe(14);
  expect(calls.importOrders).toBe(0);
  expect(sync.milliseconds).toBeLessThan(60_000);
});

test('a sync cancelled while an activity runs waits for it to end before it records the outcome', async () => {
  const steps: string[] = [];
  const importing = gate();
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  const sync = await runSync(
    server,
    {
      ...allGood,
      importClaims: async () => {
        importing.open();
        await cancelledWithHeartbeats();
        steps.push('activity ended');
        throw new CancelledFailure('Cancelled');
      },
      recordSyncOutcome: async (outcome) => {
        steps.push('outcome recorded');
        await recordSyncOutcome(outcome);
      },
    },
    {
      during: async ({ handle }) => {
        await importing.opened;
        await handle.cancel();
      },
    },
  );
  expectCancelled(sync, outcomes);
  expect(steps).toEqual(['activity ended', 'outcome recorded']);
});

test('an activity that ends well though it was cancelled starts nothing after it', async () => {
  const preparing = gate();
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  const { activities, calls } = counted({
    ...allGood,
    recordSyncOutcome,
    prepareSync: async (input) => {
      preparing.open();
      await cancelledWithHeartbeats();
      return allGood.prepareSync(input);
    },
  });
  const sync = await runSync(server, activities, {
    during: async ({ handle }) => {
      await preparing.opened;
      await handle.cancel();
    },
  });
  expectCancelled(sync, outcomes);
  expect(calls).toMatchObject({ prepareSync: 1, requestReport: 0, scanInventory: 0 });
});

// Temporal then tries it no more, and ends the activity with the failure of that attempt.
test('attempts that fail in the moment they are cancelled leave the sync cancelled', async () => {
  const looking = gate();
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  let looks = 0;
  const sync = await runSync(
    server,
    {
      ...allGood,
      recordSyncOutcome,
      awaitReport: async ({ resource }) => {
        looks += 1;
        if (looks === 14) looking.open();
        await cancelledWithHeartbeats();
        throw wait('report', resource, 3_600_000);
      },
    },
    {
      during: async ({ handle }) => {
        await looking.opened;
        await handle.cancel();
      },
    },
  );
  expectCancelled(sync, outcomes);
});

test('a cancel that comes while the outcome is recorded changes nothing', async () => {
  const recording = gate();
  const cancelled = gate();
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  const sync = await runSync(
    server,
    {
      ...allGood,
      recordSyncOutcome: async (outcome) => {
        recording.open();
        await cancelled.opened;
        await recordSyncOutcome(outcome);
      },
    },
    {
      during: async ({ handle }) => {
        await recording.opened;
        await handle.cancel();
        cancelled.open();
      },
    },
  );
  expect(sync.status).toBe('COMPLETED');
  expect(sync.state?.status).toBe('complete');
  expect(outcomes).toEqual([sync.state]);
});

test('a cancelled sync whose outcome cannot be recorded at once records it later', async () => {
  const waiting = gate();
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  let attempts = 0;
  const sync = await runSync(
    server,
    {
      ...allGood,
      scanInventory: async () => {
        waiting.open();
        throw wait('quota', 'inventory', 3_600_000);
      },
      recordSyncOutcome: async (outcome) => {
        attempts += 1;
        if (attempts === 1) throw new Error('The database cannot be reached');
        await recordSyncOutcome(outcome);
      },
    },
    {
      during: async ({ handle }) => {
        await waiting.opened;
        await handle.cancel();
      },
    },
  );
  expectCancelled(sync, outcomes);
  expect(attempts).toBe(2);
});

function expectCancelled(
  sync: { status: string; failure: unknown; input: RunningSync['input'] },
  outcomes: SyncState[],
): void {
  expect(sync.status).toBe('CANCELLED');
  expect(sync.failure).toBeInstanceOf(CancelledFailure);
  expect(outcomes).toMatchObject([
    {
      syncId: sync.input.syncId,
      status: 'cancelled',
      completedAt: expect.any(String),
      error: null,
    },
  ]);
}

/** Returns once Temporal has told this activity, in the answer to a heartbeat, that it is cancelled. */
async function cancelledWithHeartbeats(): Promise<void> {
  const { cancelled } = Context.current();
  const beats = setInterval(() => heartbeat(), 200);
  await cancelled.catch(() => undefined);
  clearInterval(beats);
}

/** Counts how often each activity runs. */
function counted(activities: Activities) {
  const calls = Object.fromEntries(Object.keys(activities).map((name) => [name, 0]));
  const counting = new Proxy(activities, {
    get: (target, name: keyof Activities) => (input: never) => {
      calls[name] = (calls[name] ?? 0) + 1;
      return target[name](input);
    },
  });
  return { activities: counting, calls };
}
