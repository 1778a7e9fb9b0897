import type { Database } from './database';

/** What a report covers: a type, a half-open range of time, and the marketplaces that were named. */
export interface ReportRange {
  connectionId: string;
  reportType: string;
  marketplaceIds: readonly string[];
  from: Date;
  to: Date;
}

/** The report last requested for exactly this, by whichever sync. */
export async function requestedReport(
  db: Database,
  range: ReportRange,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('report_requests')
    .select('report_id')
    .where('connection_id', '=', range.connectionId)
    .where('report_type', '=', range.reportType)
    .where('range_from', '=', range.from)
    .where('range_to', '=', range.to)
    .where('marketplaces', '=', marketplacesOf(range))
    .executeTakeFirst();
  return row?.report_id;
}

/** Remembers a report, so that it is adopted and not requested again. The newest one of a range is kept. */
export async function keepRequestedReport(
  db: Database,
  range: ReportRange,
  reportId: string,
  requestedAt: Date,
): Promise<void> {
  await db
    .insertInto('report_requests')
    .values({
      connection_id: range.connectionId,
      report_type: range.reportType,
      range_from: range.from,
      range_to: range.to,
      marketplaces: marketplacesOf(range),
      report_id: reportId,
      requested_at: requestedAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['connection_id', 'report_type', 'range_from', 'range_to', 'marketplaces'])
        .doUpdateSet({ report_id: reportId, requested_at: requestedAt }),
    )
    .execute();
}

/** Forgets a report that came to nothing, so that the range is requested anew. */
export async function forgetRequestedReport(
  db: Database,
  connectionId: string,
  reportId: string,
): Promise<void> {
  await db
    .deleteFrom('report_requests')
    .where('connection_id', '=', connectionId)
    .where('report_id', '=', reportId)
    .execute();
}

/** Forgets requests that are too old for any sync to ask for the same again. */
export async function pruneReportRequests(
  db: Database,
  connectionId: string,
  before: Date,
): Promise<void> {
  await db
    .deleteFrom('report_requests')
    .where('connection_id', '=', connectionId)
    .where('requested_at', '<', before)
    .execute();
}

function marketplacesOf({ marketplaceIds }: ReportRange): string {
  return [...marketplaceIds].sort().join(' ');
}
