/** Temporal's web UI, as operators reach it. */
export interface TemporalUi {
  /** Its base URL, without a slash at the end. */
  url: string;
  namespace: string;
}

/** Where the list of all runs is. */
export function runsUrl({ url, namespace }: TemporalUi): string {
  return `${url}/namespaces/${encodeURIComponent(namespace)}/workflows`;
}

/** Where one run is, with its history. */
export function runUrl(ui: TemporalUi, workflowId: string, runId: string): string {
  return `${runsUrl(ui)}/${encodeURIComponent(workflowId)}/${encodeURIComponent(runId)}/history`;
}
