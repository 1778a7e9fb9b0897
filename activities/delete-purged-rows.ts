import type { MaintenanceDone } from '../contract/maintenance-steps';
import { RESOURCES } from '../contract/resources';
import { pruneAuditEvents } from '../store/audit-events';
import { expireUser } from '../store/disconnect-user';
import { forgetDisconnections } from '../store/disconnections';
import { pruneOauthStates } from '../store/oauth-states';
import { deletePurgedRows, nextUserToPurge, noRows, usersToExpire } from '../store/purged-rows';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import { eachOf } from './each-of';

/** Rows that one statement deletes. */
const BATCH = 2_000;

/** A step of maintenance may take two minutes; what is left is for the next one. */
const DELETING_MS = 40_000;

/** Users that one run takes up, and marks that it forgets. */
const AT_ONCE = 100;

/** Events of the audit trail, and states of authorizations, that one run deletes. */
const PRUNED_AT_ONCE = 5_000;

const DAY_MS = 86_400_000;

/** A sync lasts two days at most, and whatever is left of one after a purge has to meet the mark. */
export const MARKS_KEPT_MS = 7 * DAY_MS;

export const createDeletePurgedRows = (deps: ActivityDeps) => ({
  /** Deletes the rows of purged connections, for as long as a step may take. */
  deletePurgedRows(): Promise<MaintenanceDone> {
    return attempted(deps, null, async ({ signal }) => {
      const { db } = deps;
      const stopAt = performance.now() + DELETING_MS;
      const hasTime = () => performance.now() < stopAt && !signal.aborted;
      const deleted = noRows();
      while (hasTime()) {
        const userKey = await nextUserToPurge(db.ofMaintenance());
        if (userKey === undefined) break;
        const options = { userKey, batch: BATCH, hasTime, now: () => new Date(deps.now()) };
        const rows = await deletePurgedRows(db.ofUser(userKey), options);
        for (const kind of RESOURCES) deleted[kind] += rows[kind];
      }
      deps.log.info(deleted, 'rows of purged connections deleted');
      return { done: RESOURCES.reduce((sum, kind) => sum + deleted[kind], 0) };
    });
  },

  /**
   * Marks what has been kept for long enough after its connection ended, and forgets marks that nothing can meet and
   * what the audit trail need not tell any more.
   */
  expireConnections(): Promise<MaintenanceDone> {
    return attempted(deps, null, async () => {
      const { db, log, now, retentionDays } = deps;
      const at = new Date(now());
      const before = new Date(at.getTime() - retentionDays * DAY_MS);
      const all = db.ofMaintenance();
      const expired = await eachOf(
        await usersToExpire(all, before, AT_ONCE),
        {
          log,
          about: (userKey) => ({ userKey }),
          message: 'data past its days not purged yet',
        },
        async (userKey) => {
          await expireUser(db.ofUser(userKey), userKey, before, at);
          return true;
        },
      );
      await forgetDisconnections(all, new Date(at.getTime() - MARKS_KEPT_MS), AT_ONCE);
      await pruneAuditEvents(all, at, PRUNED_AT_ONCE);
      await pruneOauthStates(all, at, PRUNED_AT_ONCE);
      return expired;
    });
  },
});
