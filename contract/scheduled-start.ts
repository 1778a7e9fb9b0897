/** What the daily start of a user's sync is told. */
export interface ScheduledStartInput {
  userKey: string;
}

/** Why no sync is started: none is wanted, or none could do anything. */
export type NoScheduledSync = 'off' | 'not_connected' | 'reauthorization_required';

/** Whether a daily sync may begin, and when it does by the clock that gives syncs their ids. */
export type Admission =
  | {
      kind: 'admitted';
      startedAt: string;
      /** Whether the namespace has the search attributes of syncs. Not in histories of before. */
      hasSearchAttributes?: boolean;
    }
  | { kind: NoScheduledSync };

/** What came of a daily start; not starting is no failure. */
export type ScheduledStart =
  | { kind: 'started'; syncId: string }
  /** A sync of the user runs already. */
  | { kind: 'running' }
  | { kind: NoScheduledSync };
