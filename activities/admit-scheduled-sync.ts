import type { Admission, ScheduledStartInput } from '../contract/scheduled-start';
import { currentConnections } from '../store/connections';
import { nextSyncStart } from '../store/disconnections';
import { findSchedule } from '../store/sync-schedules';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';

export const createAdmitScheduledSync = (deps: ActivityDeps) => ({
  /**
   * Whether the user's daily sync may begin. Where Amazon is not connected, or waits to be authorized again, none
   * does: it would only fail, every day. The Schedule of the latter stays, for when it is.
   */
  admitScheduledSync({ userKey }: ScheduledStartInput): Promise<Admission> {
    return attempted(deps, null, async () => {
      const { db, now } = deps;
      const schedule = await findSchedule(db, userKey);
      if (schedule?.enabled !== true) return { kind: 'off' };
      const connections = await currentConnections(db, userKey);
      if (connections.length === 0) return { kind: 'not_connected' };
      if (connections.every(({ status }) => status === 'reauthorization_required')) {
        return { kind: 'reauthorization_required' };
      }
      const startedAt = await nextSyncStart(db, userKey, new Date(now()));
      return { kind: 'admitted', startedAt: startedAt.toISOString() };
    });
  },
});
