import { z } from 'zod';

// The offset is required: a local time without one could be hours off.
const WITH_OFFSET =
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;
const WITHOUT_COLON = /[+-]\d{4}$/;

/** An ISO 8601 time with any offset as UTC, `2025-11-01T10:20:30.000Z`; null when it is none. */
export function utcTime(text: string): string | null {
  const trimmed = text.trim();
  if (!WITH_OFFSET.test(trimmed)) return null;
  const time = new Date(
    WITHOUT_COLON.test(trimmed) ? `${trimmed.slice(0, -2)}:${trimmed.slice(-2)}` : trimmed,
  );
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** A time in a JSON answer. */
export const UtcTime = z.string().transform((text, context) => {
  const time = utcTime(text);
  if (time !== null) return time;
  context.addIssue('not a time with an offset');
  return z.NEVER;
});
