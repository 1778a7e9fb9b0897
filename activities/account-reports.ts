import type { Transaction } from 'kysely';
import { parseClaimsReport } from '../amazon/claims';
import type { ReportSource } from '../amazon/report-table';
import { REPORT_TYPES } from '../amazon/reports';
import { parseReturnsReport, RETURNS_REPORT } from '../amazon/returns';
import type { AccountResource } from '../contract/resources';
import { upsertClaims } from '../store/claims';
import { upsertReturns } from '../store/returns';
import type { Tables } from '../store/tables';

/** A report of the whole account: how it is read, and where its lines go. */
export interface AccountReport {
  reportType: string;
  /** How long before the watermark a report begins: lines can come late, and change. */
  overlapDays: number;
  batches(source: ReportSource): AsyncGenerator<Batch>;
}

/** Lines of a report that are written together. */
export interface Batch {
  lines: number;
  write(trx: Transaction<Tables>, connectionId: string): Promise<void>;
}

interface AccountReportSpec<Line> extends Pick<AccountReport, 'reportType' | 'overlapDays'> {
  parse: (source: ReportSource) => AsyncGenerator<Line[]>;
  /** Writing lines again changes nothing. */
  upsert: (trx: Transaction<Tables>, connectionId: string, lines: readonly Line[]) => Promise<void>;
}

function accountReport<Line>(spec: AccountReportSpec<Line>): AccountReport {
  const { parse, upsert, ...report } = spec;
  return {
    ...report,
    async *batches(source) {
      for await (const lines of parse(source)) {
        yield {
          lines: lines.length,
          write: (trx, connectionId) => upsert(trx, connectionId, lines),
        };
      }
    },
  };
}

export const ACCOUNT_REPORTS: Readonly<Record<AccountResource, AccountReport>> = {
  claims: accountReport({
    reportType: REPORT_TYPES.claims,
    // Reimbursement lines lag their approval by up to 5 days; twice that is asked for again.
    overlapDays: 10,
    parse: parseClaimsReport,
    upsert: upsertClaims,
  }),
  returns: accountReport({
    reportType: RETURNS_REPORT,
    // A unit is looked at and put back, or paid for, within weeks; until then its disposition and status change.
    overlapDays: 30,
    parse: parseReturnsReport,
    upsert: upsertReturns,
  }),
};
