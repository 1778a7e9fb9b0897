import { proxyActivities } from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '1m' });

/** A workflow of so many activities, one after the other, that do nothing: what Temporal itself costs. */
export async function bare(activities: number): Promise<number> {
  for (let done = 0; done < activities; done += 1) await nothing();
  return activities;
}
