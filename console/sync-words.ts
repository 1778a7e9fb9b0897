import type { ResourceProgress, SyncStatus, SyncStatusBody } from '../contract/sync-status';

export type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** How a sync is or ended, in a word or two. */
export function statusWord(status: SyncStatus, partial: boolean): string {
  if (status === 'complete') return partial ? 'Complete in part' : 'Complete';
  return { in_progress: 'Running', failed: 'Failed', cancelled: 'Cancelled' }[status];
}

const TONES: Record<SyncStatus | 'partial', Tone> = {
  in_progress: 'calm',
  complete: 'good',
  partial: 'warn',
  failed: 'bad',
  cancelled: 'calm',
};

export function statusTone(status: SyncStatus, partial: boolean): Tone {
  return TONES[status === 'complete' && partial ? 'partial' : status];
}

const WAITS = {
  quota: 'Amazon limits requests',
  report: 'Amazon prepares the report',
  retry: 'Amazon did not answer as it should',
} as const;

/** What one resource is at. The time of the next try is shown beside it. */
export function resourceWords(resource: ResourceProgress, sync: SyncStatusBody): string {
  if (resource.state === 'complete') {
    return resource.error === null ? 'Complete' : 'Complete, but for a part';
  }
  if (resource.state === 'failed') return 'Could not be fetched';
  if (sync.status !== 'in_progress') return 'Stopped before its end';
  switch (resource.state) {
    case 'pending':
      return 'Not begun yet';
    case 'requesting':
      return 'Asking Amazon for reports';
    case 'importing':
      return 'Importing';
    case 'waiting':
      return resource.reason === null ? 'Waiting for Amazon’s reports' : WAITS[resource.reason];
    default:
      return resource.state satisfies never;
  }
}

/** Seconds as `3.4 s`, `2 min 05 s` or `1 h 12 min`. */
export function durationWords(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export function countWords(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;
}

/** Amazon's words, such as `Lost_Warehouse`, `CustomerReturn` or `PARTIALLY_SHIPPED`, as people write them. */
export function plainWords(word: string): string {
  const spaced = word
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
