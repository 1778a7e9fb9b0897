import { parseClaimsReport } from '../amazon/claims';
import { upsertClaims } from '../store/claims';
import { advanceCursor } from '../store/cursors';
import { fenced, type Run } from '../store/fence';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import { attempted } from './attempt';
import type { Range } from './sync-plan';

export interface ImportClaims {
  run: Run;
  connectionId: string;
  /** Null where Amazon had nothing to report. */
  documentId: string | null;
  range: Range;
}

export const createClaimsActivities = (deps: ActivityDeps, amazon: AmazonCalls) => ({
  /** Streams the reimbursements report into the database and moves the cursor at its end. */
  importClaims({
    run,
    connectionId,
    documentId,
    range,
  }: ImportClaims): Promise<{ records: number }> {
    return attempted(deps, 'claims', async (attempt) => {
      if (documentId !== null) {
        const text = await amazon.call(
          attempt,
          connectionId,
          'getReportDocument',
          (seller, signal) => seller.openDocument(documentId, signal),
        );
        for await (const claims of parseClaimsReport(text)) {
          await fenced(deps.db, run, (trx) => upsertClaims(trx, connectionId, claims));
          attempt.progressed(attempt.details.records + claims.length);
        }
      }
      // "Nothing to report" can also mean "asked too soon": the cursor then stays at the start of the range,
      // so that the next sync asks for all of it again.
      const watermark = new Date(documentId === null ? range.from : range.to);
      const cursor = { connectionId, resource: 'claims', marketplaceId: '', watermark } as const;
      await fenced(deps.db, run, (trx) => advanceCursor(trx, cursor, new Date(deps.now())));
      return { records: attempt.details.records };
    });
  },
});
