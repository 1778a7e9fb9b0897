import type { Resource } from '../contract/resources';
import { advanceCursors } from '../store/cursors';
import { fenced, type Run } from '../store/fence';
import type { AccountReport } from './account-reports';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import type { Attempt } from './attempt';

/** How far a resource of a whole account has come. Times are ISO UTC. */
export interface AccountCursor {
  watermark: string;
  /** When Amazon made the report, if that was for an earlier sync; null for now. */
  asOf: string | null;
}

interface ImportDocument {
  run: Run;
  connectionId: string;
  resource: Resource;
  /** Null where Amazon had nothing to report. */
  documentId: string | null;
  /** Null while parts of the range are still to come. */
  cursor: AccountCursor | null;
}

/** Streams the document of an account's report into the database and moves the cursor at its end. */
export async function importDocument(
  deps: ActivityDeps,
  amazon: AmazonCalls,
  attempt: Attempt,
  { batches }: Pick<AccountReport, 'batches'>,
  { run, connectionId, resource, documentId, cursor }: ImportDocument,
): Promise<{ records: number }> {
  const db = deps.db.ofUser(run.userKey);
  if (documentId !== null) {
    const text = await amazon.call(attempt, connectionId, 'getReportDocument', (seller, signal) =>
      seller.openDocument(documentId, signal),
    );
    for await (const { lines, write } of batches(text)) {
      await fenced(db, run, (trx) => write(trx, connectionId));
      attempt.progressed(attempt.details.records + lines);
    }
  }
  if (cursor !== null) {
    const watermark = new Date(cursor.watermark);
    const moved = { connectionId, resource, marketplaceId: '', watermark };
    const syncedAt = new Date(cursor.asOf ?? deps.now());
    await fenced(db, run, (trx) => advanceCursors(trx, [moved], syncedAt));
  }
  return { records: attempt.details.records };
}
