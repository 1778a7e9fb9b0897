import type { Patience } from '../../../activities/failure-of';
import type { AttemptDetails } from '../../../contract/attempt-details';

export const NOW = Date.parse('2026-03-01T12:00:00.000Z');

/** Stands for whatever an error of others could say: a token, a name, an address. */
export const SECRET = 'Atzr|hunter2';

/** What an attempt knows and notes, without Temporal. */
export function notesOf(
  change: Partial<AttemptDetails> = {},
  signal: AbortSignal = new AbortController().signal,
) {
  const details: AttemptDetails = {
    resource: 'orders',
    records: 0,
    reached: 0,
    faults: 0,
    withdrawn: 0,
    slots: {},
    ambiguous: false,
    report: null,
    page: null,
    ...change,
  };
  const attempt = {
    signal,
    patience: 'long' as Patience,
    details,
    note(noted: Partial<AttemptDetails>) {
      attempt.details = { ...attempt.details, ...noted };
    },
  };
  return attempt;
}

/** Everything of an error that can be seen outside. */
export function shown(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, ...fields } = error;
  return [error.message, error.stack, JSON.stringify(fields), shown(cause)].join('\n');
}
