import type { Client } from '@temporalio/client';
import type { Amazon } from '../../amazon/amazon';
import { advanceCursors } from '../../store/cursors';
import { eventually } from '../eventually';
import { resetRun } from '../reset-run';
import { BRISK, REFRESH_TOKEN, type RealWorld } from './real-activities';
import { historyOfEnded, type RecordedRun, type RecordRun } from './recorded-run';
import { isClaims, ROW_TEXTS, refused, reportOf, scriptedAmazon } from './scripted-amazon';
import { type EndedSync, type RunningSync, type RunOptions, runSync } from './sync-runs';

/** 13 windows of orders, the claims and the returns. */
const REPORTS = 15;

/** Long enough that a sync waits for its report by then, on a busy machine too. */
const SHORT_TIMEOUT_MS = 10_000;

export const complete: RecordRun = (...on) => syncWith(scriptedAmazon({}), on);

export const partial: RecordRun = (...on) => {
  const amazon = scriptedAmazon({
    createReport: async ({ reportType, from }) => {
      if (isClaims(reportType)) throw refused();
      return `${reportType} from ${from}`;
    },
  });
  return syncWith(amazon, on);
};

export const failed: RecordRun = (...on) => {
  const refuse = async () => {
    throw refused();
  };
  return syncWith(scriptedAmazon({ createReport: refuse, inventoryPage: refuse }), on);
};

export const cancelled: RecordRun = (...on) =>
  syncWith(slowReports().amazon, on, {
    during: async (sync) => {
      await untilReportsWait(sync);
      await sync.handle.cancel();
    },
  });

export const terminated: RecordRun = (...on) =>
  syncWith(slowReports().amazon, on, {
    during: async (sync) => {
      await untilReportsWait(sync);
      await sync.handle.terminate('for maintenance of the cluster');
    },
  });

/** While a request to Amazon hangs: a wait that does not fit into the time left would end before. */
export const timedOut: RecordRun = async (...on) => {
  const getReport = (_: string, signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  return syncWith(scriptedAmazon({ getReport }), on, {
    ...(await knownUser(on[1])),
    timeoutMs: SHORT_TIMEOUT_MS,
    longestMs: 2 * SHORT_TIMEOUT_MS,
  });
};

/** The second sync of a seller: a search and the newest claims. */
export const incremental: RecordRun = async (...on) =>
  syncWith(scriptedAmazon({}), on, await knownUser(on[1]));

/** Amazon cannot make one report of the claims, and makes two. */
export const split: RecordRun = async (...on) => {
  let claims = 0;
  const amazon = scriptedAmazon({
    getReport: async (reportId) => {
      if (isClaims(reportId)) claims += 1;
      return reportOf(reportId, isClaims(reportId) && claims === 1 ? 'FATAL' : 'DONE');
    },
  });
  return syncWith(amazon, on, await knownUser(on[1]));
};

/** Where the seller sells is asked first. */
export const learned: RecordRun = async (...on) =>
  syncWith(scriptedAmazon({}), on, await on[1].connectedUser([]));

/** An operator resets it to its last task while reports are waited for: the run that goes on. */
export const reset: RecordRun = (server, world) => {
  const { amazon, finish } = slowReports();
  return syncWith(amazon, [server, world], {
    during: async (sync) => {
      await untilReportsWait(sync);
      const runId = await resetSync(server.client, sync, 'last');
      finish();
      await historyOfEnded(server.client.workflow.getHandle(sync.handle.workflowId, runId));
    },
  });
};

/** An operator resets it although it has ended: the run that refuses to begin again. */
export const superseded: RecordRun = async (server, world) => {
  let again: RecordedRun['history'] = {};
  const run = await syncWith(scriptedAmazon({}), [server, world], {
    after: async (sync) => {
      const runId = await resetSync(server.client, sync, 'first');
      again = await historyOfEnded(server.client.workflow.getHandle(sync.handle.workflowId, runId));
    },
  });
  return { ...run, history: again };
};

/** A user whose last sync was yesterday. */
export async function knownUser(
  world: RealWorld,
  marketplaceIds: readonly string[] = ['ATVPDKIKX0DER'],
): Promise<{ userKey: string }> {
  const { userKey, connectionId } = await world.connectedUser(marketplaceIds);
  const at = new Date(Date.now() - 24 * 60 * 60_000);
  const cursor = { connectionId, watermark: at };
  await world.db.transaction().execute((trx) =>
    advanceCursors(
      trx,
      [
        ...marketplaceIds.map((marketplaceId) => ({
          ...cursor,
          resource: 'orders' as const,
          marketplaceId,
        })),
        { ...cursor, resource: 'claims', marketplaceId: '' },
      ],
      at,
    ),
  );
  return { userKey };
}

async function syncWith(
  amazon: Amazon,
  [server, world]: Parameters<RecordRun>,
  options: RunOptions = {},
): Promise<RecordedRun> {
  const { userKey = (await world.connectedUser()).userKey } = options;
  const activities = world.activities({ amazon, now: Date.now, clockSpeed: BRISK });
  return recorded(await runSync(server, activities, { ...options, userKey }));
}

function recorded({ history, input }: EndedSync): RecordedRun {
  return { history, secrets: [REFRESH_TOKEN, `seller-${input.userKey}`, ...ROW_TEXTS] };
}

/** Amazon prepares reports until it is told to finish them. */
function slowReports(): { amazon: Amazon; finish: () => void } {
  let status: 'IN_PROGRESS' | 'DONE' = 'IN_PROGRESS';
  // Requested just now: one that takes for hours would be given up.
  const createdTime = new Date().toISOString();
  const getReport = async (reportId: string) => ({ ...reportOf(reportId, status), createdTime });
  return {
    amazon: scriptedAmazon({ getReport }),
    finish: () => {
      status = 'DONE';
    },
  };
}

async function untilReportsWait({ handle }: RunningSync): Promise<void> {
  await eventually('all reports wait', async () => {
    const { pendingActivities } = (await handle.describe()).raw;
    const waiting = pendingActivities?.filter(({ attempt }) => Number(attempt) > 1);
    return waiting?.length === REPORTS || undefined;
  });
}

async function resetSync(
  client: Client,
  { handle }: RunningSync,
  after: 'first' | 'last',
): Promise<string> {
  const { workflowId, runId } = await handle.describe();
  return resetRun(client, { workflowId, runId, after });
}
