import { setTimeout } from 'node:timers/promises';
import { OutOfReach } from './failure';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** How long a service that is out of reach is asked again, and how often. */
export class Patience {
  #since: number | undefined;
  #pause = FIRST_PAUSE_MS;

  constructor(
    private readonly forMs: number,
    private readonly signal: AbortSignal,
  ) {}

  /** The service has answered: the next fault is a new one. */
  answered(): void {
    this.#since = undefined;
    this.#pause = FIRST_PAUSE_MS;
  }

  /**
   * Waits before the next try: longer each time, and never less than the service asked for. Throws the error when
   * the patience would be over by then, or when it is not one that passes.
   */
  async pauseAfter(error: unknown): Promise<void> {
    if (!(error instanceof OutOfReach)) throw error;
    const now = performance.now();
    this.#since ??= now;
    const pause = Math.max(this.#pause, error.retryAfterMs);
    if (now + pause - this.#since > this.forMs) throw error;
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    await setTimeout(pause, undefined, { signal: this.signal });
  }
}
