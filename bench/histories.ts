import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

export async function historyOf(client: Client, workflowId: string): Promise<HistoryEvent[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return events ?? [];
}

/** An activity that has completed. */
export interface ActivityRun {
  type: string;
  /** Of its last attempt, from the moment a worker took it. */
  seconds: number;
}

export function activityRuns(events: readonly HistoryEvent[]): ActivityRun[] {
  const byId = new Map(events.map((event) => [String(event.eventId), event]));
  return events.flatMap((event) => {
    const completed = event.activityTaskCompletedEventAttributes;
    if (completed == null) return [];
    const scheduled = byId.get(String(completed.scheduledEventId));
    const started = byId.get(String(completed.startedEventId));
    const began = optionalTsToMs(started?.eventTime) ?? Number.NaN;
    const ended = optionalTsToMs(event.eventTime) ?? Number.NaN;
    return [
      {
        type: scheduled?.activityTaskScheduledEventAttributes?.activityType?.name ?? '',
        seconds: (ended - began) / 1_000,
      },
    ];
  });
}
