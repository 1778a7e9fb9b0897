import { API_ERRORS, type ApiErrorBody, type ApiErrorCode } from '../contract/api-errors';

export interface ApiErrorExtras extends Pick<ApiErrorBody, 'existingSyncId' | 'reason' | 'status'> {
  /** Replaces the code's own sentence. */
  message?: string;
  /** Replaces the code's own HTTP status. */
  httpStatus?: number;
}

/** An error that a client may see. Everything else is rendered as an internal one. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: ApiErrorCode,
    readonly extras: ApiErrorExtras = {},
  ) {
    super(extras.message ?? API_ERRORS[code].message);
  }
}
