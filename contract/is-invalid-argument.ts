import { isGrpcServiceError, ServiceError } from '@temporalio/client';

/** gRPC's own number. */
const INVALID_ARGUMENT = 3;

/** Whether Temporal refuses what it was asked, as where the namespace lacks a search attribute. */
export function isInvalidArgument(error: unknown): boolean {
  if (isGrpcServiceError(error)) return error.code === INVALID_ARGUMENT;
  // What a start fails by has that in it.
  return error instanceof ServiceError && isInvalidArgument(error.cause);
}
