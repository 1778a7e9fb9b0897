import { ActivityFailure, ApplicationFailure } from '@temporalio/common';

/** The `type` of the failure that ended an activity; undefined for anything else. */
export function failureTypeOf(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}
