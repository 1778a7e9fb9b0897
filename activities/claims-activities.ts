import { parseClaimsReport } from '../amazon/claims';
import { upsertClaims } from '../store/claims';
import { advanceCursors } from '../store/cursors';
import { fenced, type Run } from '../store/fence';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import { attempted } from './attempt';

export interface ImportClaims {
  run: Run;
  connectionId: string;
  /** Null where Amazon had nothing to report. */
  documentId: string | null;
  /** Null while parts of the range are still to come. */
  cursor: ClaimsCursor | null;
}

/** Times are ISO UTC. */
export interface ClaimsCursor {
  watermark: string;
  /** When Amazon made the report, if that was for an earlier sync; null for now. */
  asOf: string | null;
}

export const createClaimsActivities = (deps: ActivityDeps, amazon: AmazonCalls) => ({
  /** Streams the reimbursements report into the database and moves the cursor at its end. */
  importClaims(input: ImportClaims): Promise<{ records: number }> {
    const { run, connectionId, documentId, cursor } = input;
    return attempted(deps, 'claims', async (attempt) => {
      if (documentId !== null) {
        const text = await amazon.call(
          attempt,
          connectionId,
          'getReportDocument',
          (seller, signal) => seller.openDocument(documentId, signal),
        );
        for await (const claims of parseClaimsReport(text)) {
          await fenced(deps.db.ofUser(run.userKey), run, (trx) =>
            upsertClaims(trx, connectionId, claims),
          );
          attempt.progressed(attempt.details.records + claims.length);
        }
      }
      if (cursor !== null) {
        const moved = {
          connectionId,
          resource: 'claims' as const,
          marketplaceId: '',
          watermark: new Date(cursor.watermark),
        };
        const syncedAt = new Date(cursor.asOf ?? deps.now());
        await fenced(deps.db.ofUser(run.userKey), run, (trx) =>
          advanceCursors(trx, [moved], syncedAt),
        );
      }
      return { records: attempt.details.records };
    });
  },
});
