import type { Run } from '../store/fence';
import { ACCOUNT_REPORTS } from './account-reports';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import { attempted } from './attempt';
import { type AccountCursor, importDocument } from './import-document';

export interface ImportClaims {
  run: Run;
  connectionId: string;
  /** Null where Amazon had nothing to report. */
  documentId: string | null;
  /** Null while parts of the range are still to come. */
  cursor: AccountCursor | null;
}

export const createClaimsActivities = (deps: ActivityDeps, amazon: AmazonCalls) => ({
  /** Streams the reimbursements report into the database and moves the cursor at its end. */
  importClaims(input: ImportClaims): Promise<{ records: number }> {
    return attempted(deps, 'claims', (attempt) =>
      importDocument(deps, amazon, attempt, ACCOUNT_REPORTS.claims, {
        ...input,
        resource: 'claims',
      }),
    );
  },
});
