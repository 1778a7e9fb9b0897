export interface Deadline {
  /** Aborts when the caller's signal does or when the time is up. */
  readonly signal: AbortSignal;
  readonly seconds: number;
  expired(): boolean;
  /** Begins the full time again. */
  restart(): void;
  /** Stops the time; the caller's signal still counts. */
  pause(): void;
  /** Lets go of the timer and of the caller's signal. */
  close(): void;
}

/**
 * A time limit that starts at once, joined with the caller's signal.
 *
 * `AbortSignal.timeout` would do for a total limit, but not for the idle limit of a download, which begins
 * anew with every chunk. One mechanism serves both, and `close` leaves nothing on a long-lived signal.
 */
export function startDeadline(caller: AbortSignal, milliseconds: number): Deadline {
  const controller = new AbortController();
  let expired = false;
  let timer: NodeJS.Timeout | undefined;

  const onCallerAbort = () => controller.abort(caller.reason);
  const pause = () => clearTimeout(timer);
  const restart = () => {
    pause();
    timer = setTimeout(() => {
      expired = true;
      controller.abort(new DOMException('The time is up', 'TimeoutError'));
    }, milliseconds);
  };

  if (caller.aborted) onCallerAbort();
  else caller.addEventListener('abort', onCallerAbort, { once: true });
  restart();

  return {
    signal: controller.signal,
    seconds: milliseconds / 1000,
    expired: () => expired,
    restart,
    pause,
    close() {
      pause();
      caller.removeEventListener('abort', onCallerAbort);
    },
  };
}
