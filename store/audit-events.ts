import { z } from 'zod';
import { type AuditAction, AuditDetails, type AuditEvent } from '../contract/audit';
import type { Database } from './database';
import { decodeCursor, IdKey, type PageRequest, type Slice, sliceOf } from './page';

export interface NewAuditEvent {
  /** Null where it is of the service and no user, such as a new key. */
  userKey: string | null;
  action: AuditAction;
  at: Date;
  details: AuditDetails;
}

/** The user has done as much in the last hour as the trail takes of what can be done without end. */
export class TooManyEvents extends Error {
  override readonly name = 'TooManyEvents';

  constructor() {
    super('Too much was done in the last hour. Try again later.');
  }
}

/** What a loop of requests could do for ever. Whatever ends something is never refused. */
const ENDLESS: ReadonlySet<AuditAction> = new Set([
  'export',
  'schedule_changed',
  'webhook_created',
]);

/** Events of one user in an hour: more are nobody's work, and each is kept for a year. */
const MOST_AN_HOUR = 1_000;

/**
 * Adds an event to the audit trail. Called in the transaction that does what it tells, so that neither is there
 * without the other; where that is not in PostgreSQL, before it, so that nothing is done that nobody can find.
 * Throws {@link TooManyEvents} where the user does the same without end, and where the details hold anything that the
 * trail does not take.
 */
export async function recordAudit(db: Database, event: NewAuditEvent): Promise<void> {
  if (event.userKey !== null && ENDLESS.has(event.action)) {
    await boundEvents(db, event.userKey, event.at);
  }
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

/** Looks at one event, at the place in the index where the first one too many would be. */
async function boundEvents(db: Database, userKey: string, now: Date): Promise<void> {
  const oldest = await db
    .selectFrom('audit_events')
    .select('at')
    .where('user_key', '=', userKey)
    .orderBy('id', 'desc')
    .offset(MOST_AN_HOUR - 1)
    .limit(1)
    .executeTakeFirst();
  if (oldest !== undefined && oldest.at.getTime() > now.getTime() - HOUR_MS)
    throw new TooManyEvents();
}

const HOUR_MS = 60 * 60_000;

const SORT = 'audit';

const Key = z.tuple([IdKey]);

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
