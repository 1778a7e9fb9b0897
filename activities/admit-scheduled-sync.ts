import type { Admission, ScheduledStartInput } from '../contract/scheduled-start';
import { syncIdOf } from '../contract/sync-id';
import { currentConnections } from '../store/connections';
import { nextSyncStart } from '../store/disconnections';
import { takeSyncPlace } from '../store/sync-places';
import { findSchedule } from '../store/sync-schedules';
import type { ActivityDeps } from './activity-deps';
import { PlaceWait } from './activity-errors';
import { attempted } from './attempt';
import { tenthOf, waitedMs } from './waiting';

/** A sync of every day takes some minutes. With thousands waiting for hours, asking every half minute is most of the work. */
const ASKS = { shortest: 30_000, longest: 5 * 60_000 };

/** From here until the sync has its row it waits for a worker, which may be busy. */
const PLACE_MS = 10 * 60_000;

export const createAdmitScheduledSync = (deps: ActivityDeps) => ({
  /**
   * Whether the user's daily sync may begin. Where Amazon is not connected, or waits to be authorized again, none
   * does: it would only fail, every day. The Schedule of the latter stays, for when it is. Where as many syncs run as
   * may, it waits for its turn.
   */
  admitScheduledSync({ userKey }: ScheduledStartInput): Promise<Admission> {
    return attempted(deps, null, async () => {
      const { now } = deps;
      const db = deps.db.ofUser(userKey);
      const schedule = await findSchedule(db, userKey);
      if (schedule?.enabled !== true) return { kind: 'off' };
      const connections = await currentConnections(db, userKey);
      if (connections.length === 0) return { kind: 'not_connected' };
      if (connections.every(({ status }) => status === 'reauthorization_required')) {
        return { kind: 'reauthorization_required' };
      }
      const startedAt = await nextSyncStart(db, userKey, new Date(now()));
      const syncId = syncIdOf(userKey, startedAt.getTime());
      const place = { id: syncId, userKey, holdMs: PLACE_MS };
      const taken = await takeSyncPlace(db, place, deps.syncLimits);
      if (taken === 'service_full' || taken === 'seller_full') {
        // Where Amazon's clock runs fast, so do syncs.
        throw new PlaceWait(now() + nextAsk(waitedMs() * deps.clockSpeed) / deps.clockSpeed);
      }
      const hasSearchAttributes = await deps.temporal.hasSearchAttributes();
      return { kind: 'admitted', startedAt: startedAt.toISOString(), hasSearchAttributes };
    });
  },
});

/** When to ask for a place again that has been waited for so long, ms. */
export function nextAsk(waited: number): number {
  return tenthOf(waited, ASKS);
}
