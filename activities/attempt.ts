import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { AttemptDetails } from '../contract/attempt-details';
import type { Resource } from '../contract/resources';
import type { ActivityDeps } from './activity-deps';
import { failureOf, type Patience } from './failure-of';

/**
 * Two beats within the 10 s after which Temporal takes a worker for dead would do; five leave room for a
 * busy event loop.
 */
const BEAT_MS = 2_000;

const FRESH: AttemptDetails = {
  resource: null,
  records: 0,
  reached: 0,
  faults: 0,
  withdrawn: 0,
  slots: {},
  ambiguous: false,
  report: null,
  page: null,
};

/** One attempt of one activity: its cancellation, and the details that its heartbeats carry. */
export class Attempt {
  readonly signal: AbortSignal = cancellationSignal();
  #details: AttemptDetails;

  constructor(
    resource: Resource | null,
    readonly patience: Patience,
  ) {
    const before = AttemptDetails.safeParse(activityInfo().heartbeatDetails);
    this.#details = before.success
      ? // A search goes on from its page, everything else starts over.
        { ...before.data, resource, records: before.data.page?.records ?? 0 }
      : // Without a word from the attempt before, what that one sent is unknown.
        { ...FRESH, resource, ambiguous: activityInfo().attempt > 1 };
  }

  get details(): AttemptDetails {
    return this.#details;
  }

  /** Changes the details and sends them: whatever happens next, the next attempt knows. */
  note(change: Partial<AttemptDetails>): void {
    this.#details = { ...this.#details, ...change };
    this.beat();
  }

  /**
   * Rows were written, `records` in all. Faults before that are over, if this is further than any attempt came:
   * an attempt that starts over meets a fault at its old place again, and would else be tried without an end.
   */
  progressed(records: number, page: AttemptDetails['page'] = null): void {
    const further = records > this.#details.reached;
    this.note({ records, page, ...(further && { reached: records, faults: 0 }) });
  }

  beat(): void {
    heartbeat(this.#details);
  }
}

/**
 * Runs the work of an activity: with heartbeats while it lasts, and with every error turned into a failure
 * that says whether and when to try again.
 */
export async function attempted<Result>(
  deps: Pick<ActivityDeps, 'now' | 'clockSpeed' | 'log'>,
  resource: Resource | null,
  work: (attempt: Attempt) => Promise<Result>,
  patience: Patience = 'long',
): Promise<Result> {
  const attempt = new Attempt(resource, patience);
  const beats = setInterval(() => attempt.beat(), BEAT_MS);
  try {
    // Awaited here, so that the beats go on until the work has ended.
    return await work(attempt);
  } catch (error) {
    const failure = failureOf(error, attempt, deps);
    deps.log.info(
      { resource, ...failure.log },
      failure.log.final ? 'activity failed' : 'activity will be tried again',
    );
    throw failure.error;
  } finally {
    clearInterval(beats);
  }
}
