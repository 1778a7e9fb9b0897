import { FAILURE } from '../../contract/failures';
import { isSyncIdOf } from '../../contract/sync-id';
import type { SyncStatusBody } from '../../contract/sync-status';

/** What all frontends of a run have seen. */
export class Notes {
  /** Syncs that were accepted with 200, by id, with their users. */
  readonly accepted = new Map<string, string>();
  /** Ids that were given out twice. */
  readonly sameId: string[] = [];
  /** The last status that was seen of each sync. */
  readonly seen = new Map<string, SyncStatusBody>();
  /** Answers that no outage explains; a line each. */
  readonly odd: string[] = [];
  /** Ends that nothing which was done to the service explains. */
  readonly unexplained: string[] = [];
  /** Rows that differ from a seller's after a complete sync of it. */
  readonly wrongRows: string[] = [];
  /** Rows that are missing behind a cursor. */
  readonly aheadOfRows: string[] = [];
  /** Users who have asked to disconnect; a request whose answer was lost may be carried out late. */
  readonly left = new Set<string>();
  /** How often somebody has disconnected. */
  leaves = 0;
  /** What was left of users after a purge; a line each. */
  readonly leftBehind: string[] = [];
  /** Complete syncs whose rows were compared. */
  compared = 0;
  /** When anything last moved, by the clock of `performance`. */
  movedAt = performance.now();

  accept(syncId: string, userId: string): void {
    if (this.accepted.has(syncId)) this.sameId.push(syncId);
    this.accepted.set(syncId, userId);
    this.moved();
  }

  moved(): void {
    this.movedAt = performance.now();
  }

  /** Whether the end of a sync was seen. */
  hasEnded(syncId: string): boolean {
    return (this.seen.get(syncId)?.status ?? 'in_progress') !== 'in_progress';
  }

  see(status: SyncStatusBody): void {
    const { syncId } = status;
    const before = this.seen.get(syncId);
    if (before !== undefined && before.status !== 'in_progress' && before.status !== status.status)
      this.odd.push(`${syncId} was ${before.status} and became ${status.status}`);
    if (before !== undefined && before.progress > status.progress)
      this.odd.push(`${syncId} fell from ${before.progress} % to ${status.progress} %`);
    if (stepsOf(before) !== stepsOf(status)) this.moved();
    this.seen.set(syncId, status);
    if (before?.status === 'in_progress' || before === undefined) this.#judgeEnd(status);
  }

  #judgeEnd(status: SyncStatusBody): void {
    const errors = [status.error, ...Object.values(status.resources).map(({ error }) => error)];
    for (const error of status.status === 'in_progress' ? [] : errors) {
      if (error !== null && !EXPLAINED.has(error.type) && !this.#isOfLeaver(status, error.type))
        this.unexplained.push(`${status.syncId} ${status.status}: ${error.type}, ${error.message}`);
    }
  }

  /** A sync that was begun just before its user disconnected. */
  #isOfLeaver({ syncId }: SyncStatusBody, type: string): boolean {
    const user = [...this.left].find((userId) => isSyncIdOf(userId, syncId));
    return type === FAILURE.notConnected && user !== undefined;
  }
}

/** What may end a sync, or a part of it, when servers go away, Amazon fails and an operator takes a hand. */
const EXPLAINED: ReadonlySet<string> = new Set([
  FAILURE.amazonUnavailable,
  FAILURE.malformedAnswer,
  FAILURE.terminated,
  FAILURE.reportTooSoon,
  'cancelled',
]);

/** What of a status stands for work: times and messages change without any. */
function stepsOf(status: SyncStatusBody | undefined): string {
  if (status === undefined) return '';
  const resources = Object.values(status.resources).map(
    ({ state, done, records }) => `${state} ${done} ${records}`,
  );
  return [status.status, status.progress, ...resources].join(', ');
}
