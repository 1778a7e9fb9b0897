import type { Database } from './database';

/** What a report covers: a type and a half-open range of time. */
export interface ReportRange {
  connectionId: string;
  reportType: string;
  from: Date;
  to: Date;
}

/** The report last requested for exactly this range, if it was requested at or after `since`. */
export async function requestedReport(
  db: Database,
  range: ReportRange,
  since: Date,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('report_requests')
    .select('report_id')
    .where('connection_id', '=', range.connectionId)
    .where('report_type', '=', range.reportType)
    .where('range_from', '=', range.from)
    .where('range_to', '=', range.to)
    .where('requested_at', '>=', since)
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
      report_id: reportId,
      requested_at: requestedAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['connection_id', 'report_type', 'range_from', 'range_to'])
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
