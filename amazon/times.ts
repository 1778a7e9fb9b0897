import { z } from 'zod';

// The offset is required: a local time without one could be hours off.
const WITH_OFFSET =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})$/;

/** An ISO 8601 time with any offset as UTC, `2025-11-01T10:20:30.000Z`; null when it is none. */
export function utcTime(text: string): string | null {
  const [, local, offset] = WITH_OFFSET.exec(text.trim()) ?? [];
  if (local === undefined || offset === undefined) return null;
  const time = new Date(local + offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** A time in a JSON answer. */
export const UtcTime = z.string().transform((text, context) => {
  const time = utcTime(text);
  if (time !== null) return time;
  context.addIssue('not a time with an offset');
  return z.NEVER;
});
