import { z } from 'zod';
import { type AuditAction, AuditDetails, type AuditEvent } from '../contract/audit';
import type { Database } from './database';
import { decodeCursor, type PageRequest, type Slice, sliceOf } from './page';

export interface NewAuditEvent {
  /** Null where it is of the service and no user, such as a new key. */
  userKey: string | null;
  action: AuditAction;
  at: Date;
  details: AuditDetails;
}

/**
 * Adds an event to the audit trail. Called in the transaction that does what it tells, so that neither is there
 * without the other; where that is not in PostgreSQL, before it, so that nothing is done that nobody can find.
 * Throws where the details hold anything that the trail does not take.
 */
export async function recordAudit(db: Database, event: NewAuditEvent): Promise<void> {
  await db
    .insertInto('audit_events')
    .values({
      user_key: event.userKey,
      action: event.action,
      at: event.at,
      details: JSON.stringify(AuditDetails.parse(event.details)),
    })
    .execute();
}

const SORT = 'audit';

/** A bigint, which JavaScript's numbers cannot hold. */
const Key = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/** A user's audit trail, newest first. */
export async function sliceAuditEvents(
  db: Database,
  userKey: string,
  page: PageRequest,
): Promise<Slice<AuditEvent>> {
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, SORT, Key);
  const found = await db
    .selectFrom('audit_events')
    .selectAll()
    .where('user_key', '=', userKey)
    .$if(after !== undefined, (events) => events.where('id', '<', after?.[0] ?? '0'))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return sliceOf(
    found,
    page,
    SORT,
    ({ id, at, action, details }) => ({ id, at: at.toISOString(), action, details }),
    ({ id }) => [id],
  );
}

/** How long events are kept: the year that PostgreSQL insists on, and a day for clocks that differ. */
const KEPT_MS = 366 * 24 * 60 * 60_000;

/** Before which time events are old. */
export function oldAuditEvents(now: Date): Date {
  return new Date(now.getTime() - KEPT_MS);
}

/** Deletes up to `limit` old events; returns how many. */
export async function pruneAuditEvents(db: Database, now: Date, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('audit_events')
    .where('id', 'in', (events) =>
      events
        .selectFrom('audit_events')
        .select('id')
        .where('at', '<', oldAuditEvents(now))
        .orderBy('at')
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
