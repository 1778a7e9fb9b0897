import type { Occasion } from './errors';

/** The download of a document as it went. */
export interface DocumentDownload {
  operation: 'downloadDocument';
  /** HTTP status; null when no answer came, or broke off. Of one whose reader left early it is the status all the same. */
  status: number | null;
  /** Of the call that gave the document's URL. */
  requestId: string | null;
  /** From the request until the last byte was read. */
  milliseconds: number;
  /** Of these, those in which Amazon was waited for, not the reader of what had come. */
  waitedMs: number;
  /** As they came, so mostly packed. */
  bytes: number;
}

export interface DownloadMeter {
  /** From now on Amazon is waited for. */
  waits(): void;
  /** So many bytes came, and are read now. */
  came(bytes: number): void;
  /** It has ended, well or not, and is told of, the first time. */
  ended(status: number | null): void;
}

/** Measures a download that begins now. */
export function startDownloadMeter(
  { requestId }: Occasion,
  onDownload: (download: DocumentDownload) => void = () => undefined,
): DownloadMeter {
  const startedAt = performance.now();
  let waitsSince: number | undefined = startedAt;
  let waitedMs = 0;
  let bytes = 0;
  let isTold = false;

  function stopWaiting(now: number): void {
    if (waitsSince !== undefined) waitedMs += now - waitsSince;
    waitsSince = undefined;
  }

  return {
    waits() {
      waitsSince = performance.now();
    },
    came(more) {
      stopWaiting(performance.now());
      bytes += more;
    },
    ended(status) {
      if (isTold) return;
      isTold = true;
      const now = performance.now();
      stopWaiting(now);
      const milliseconds = Math.round(now - startedAt);
      const operation = 'downloadDocument';
      onDownload({
        operation,
        status,
        requestId,
        milliseconds,
        waitedMs: Math.round(waitedMs),
        bytes,
      });
    },
  };
}
