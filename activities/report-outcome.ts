/** How a report came out. Times are ISO UTC. */
export type ReportOutcome =
  | { kind: 'document'; documentId: string }
  /**
   * Amazon makes no new one before `againAt`: the document is that of an earlier one, made at `asOf`, which has
   * what was asked for only if it is `whole`.
   */
  | {
      kind: 'earlier';
      documentId: string;
      to: string;
      whole: boolean;
      asOf: string;
      againAt: string;
    }
  | { kind: 'nothing' };
