import { amazonSyncWorkflowId } from './amazon-sync-workflow-id';
import type { SyncInput, SyncMemo } from './sync-input';
import { SYNC_TIMEOUT_MS } from './sync-workflow';

/** What every start of a sync has in common, whoever starts it: the API, a schedule or maintenance. */
export function amazonSyncStart(input: SyncInput) {
  const { syncId, mode, trigger, startedAt } = input;
  const memo: SyncMemo = { syncId, mode, trigger, startedAt };
  const args: [SyncInput] = [input];
  return {
    workflowId: amazonSyncWorkflowId(input.userKey),
    args,
    memo,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowExecutionTimeout: SYNC_TIMEOUT_MS,
    // What the workflow and its activities are queued under: users take turns, however much each has to do.
    priority: { fairnessKey: input.userKey },
    staticSummary: `${syncId} (${mode}, ${trigger})`,
  };
}
