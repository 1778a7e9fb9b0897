import type { HistoryEvent } from './histories';

/**
 * What Temporal Cloud bills of a run, as far as its history shows it: the start, each attempt of an activity, timers,
 * signals. Two more are not in a history: a heartbeat that reaches the server, which our workers let through once a
 * second at most while an import or a page is under way; and each query, which is each status that is not shared.
 */
export interface Actions {
  starts: number;
  attempts: number;
  timers: number;
  signals: number;
  total: number;
}

export function actionsIn(history: readonly HistoryEvent[]): Actions {
  const count = (holds: (event: HistoryEvent) => unknown) =>
    history.filter((event) => holds(event) != null).length;
  const starts = count((event) => event.workflowExecutionStartedEventAttributes);
  const attempts = history.reduce(
    (sum, event) => sum + (event.activityTaskStartedEventAttributes?.attempt ?? 0),
    0,
  );
  const timers = count((event) => event.timerStartedEventAttributes);
  const signals = count((event) => event.workflowExecutionSignaledEventAttributes);
  return { starts, attempts, timers, signals, total: starts + attempts + timers + signals };
}

export function describeActions({ total, starts, attempts, timers, signals }: Actions): string {
  return (
    `${total} actions: ${starts} start, ${attempts} activity attempts, ${timers} timers, ` +
    `${signals} signals`
  );
}
