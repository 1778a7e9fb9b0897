import type { Resource } from '../contract/resources';
import { recordAudit } from '../store/audit-events';
import type { ApiDeps } from './api-deps';

/** Notes that a user downloads a list, before its first line leaves: what cannot be noted is not given out. */
export function noteExport(
  { db, now }: Pick<ApiDeps, 'db' | 'now'>,
  userKey: string,
  list: Resource,
): Promise<void> {
  return recordAudit(db.ofUser(userKey), {
    userKey,
    action: 'export',
    at: new Date(now()),
    details: { list },
  });
}
