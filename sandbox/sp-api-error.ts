/** An answer that is not a success, in the one shape that all of Amazon's APIs share. */
export class SpApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details = '',
  ) {
    super(message);
  }

  get body() {
    return { errors: [{ code: this.code, message: this.message, details: this.details }] };
  }
}

export function invalidInput(details: string): SpApiError {
  return new SpApiError(400, 'InvalidInput', 'Invalid Input', details);
}

export function notFound(details: string): SpApiError {
  return new SpApiError(404, 'NotFound', 'Resource not found.', details);
}

/** What Amazon answers to a token that is missing, expired or good for something else. */
export function accessDenied(details: string): SpApiError {
  return new SpApiError(403, 'Unauthorized', 'Access to requested resource is denied.', details);
}

/** What Amazon answers when the usage plan has no request left. */
export function quotaExceeded(): SpApiError {
  return new SpApiError(
    429,
    'QuotaExceeded',
    'You exceeded your quota for the requested resource.',
  );
}
