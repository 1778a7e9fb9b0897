import type { Amazon } from '../../amazon/amazon';
import { eventually } from '../eventually';
import type { RealWorld } from './real-activities';
import { isClaims, refused, reportOf, scriptedAmazon } from './scripted-amazon';
import { type EndedSync, type RunningSync, runSync, type Server } from './sync-runs';

/** A sync by the service's own activities for each way in which one ends. */
export const RECORDED_SYNCS = { complete, partial, failed, cancelled };

/** 13 windows of orders and the claims. */
const REPORTS = 14;

type Run = (server: Server, world: RealWorld) => Promise<EndedSync>;

function complete(...on: Parameters<Run>): Promise<EndedSync> {
  return syncWith(scriptedAmazon({}), ...on);
}

function partial(...on: Parameters<Run>): Promise<EndedSync> {
  const amazon = scriptedAmazon({
    createReport: async ({ reportType, from }) => {
      if (isClaims(reportType)) throw refused();
      return `${reportType} from ${from}`;
    },
  });
  return syncWith(amazon, ...on);
}

function failed(...on: Parameters<Run>): Promise<EndedSync> {
  const refuse = async () => {
    throw refused();
  };
  return syncWith(scriptedAmazon({ createReport: refuse, inventoryPage: refuse }), ...on);
}

function cancelled(server: Server, world: RealWorld): Promise<EndedSync> {
  const amazon = scriptedAmazon({
    getReport: async (reportId) => reportOf(reportId, 'IN_PROGRESS'),
  });
  return syncWith(amazon, server, world, async ({ handle }) => {
    await eventually('all reports wait', async () => {
      const { pendingActivities } = (await handle.describe()).raw;
      const waiting = pendingActivities?.filter(({ attempt }) => attempt === 2);
      return waiting?.length === REPORTS || undefined;
    });
    await handle.cancel();
  });
}

async function syncWith(
  amazon: Amazon,
  server: Server,
  world: RealWorld,
  during?: (sync: RunningSync) => Promise<unknown>,
): Promise<EndedSync> {
  const { userKey } = await world.connectedUser();
  return runSync(server, world.activities({ amazon, now: Date.now }), { userKey, during });
}
