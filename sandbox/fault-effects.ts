import type { Effect } from './fault-spec';
import { SpApiError } from './sp-api-error';

type StatusEffect = Extract<Effect, { kind: 'status' }>;
export type ReplacingEffect = Extract<
  Effect,
  { kind: 'status' | 'hang' | 'reset' | 'expired_access_token' | 'expired_document' }
>;
export type BreakingEffect = Extract<Effect, { kind: 'status' | 'reset' | 'malformed' }>;

/** Whether the call gets to no work: it neither charges the usage plan nor changes anything. */
export function replacesCall(effect: Effect): effect is ReplacingEffect {
  switch (effect.kind) {
    case 'status':
      return effect.afterWork !== true;
    case 'reset':
      return effect.when === 'before';
    case 'hang':
    case 'expired_access_token':
    case 'expired_document':
      return true;
    default:
      return false;
  }
}

/** Whether the work is done, and its answer does not arrive as it should. */
export function breaksAnswer(effect: Effect): effect is BreakingEffect {
  switch (effect.kind) {
    case 'status':
      return effect.afterWork === true;
    case 'reset':
      return effect.when !== 'before';
    case 'malformed':
      return true;
    default:
      return false;
  }
}

/** Amazon's codes and words by status; of others only the class is known. */
const ERRORS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['InvalidInput', 'Invalid Input'],
  403: ['Unauthorized', 'Access to requested resource is denied.'],
  404: ['NotFound', 'Resource not found.'],
  429: ['QuotaExceeded', 'You exceeded your quota for the requested resource.'],
  500: ['InternalFailure', 'We encountered an internal error. Please try again.'],
  503: ['ServiceUnavailable', 'Service is temporarily unavailable. Please try again.'],
};

/** The error that Amazon's operations answer with this status. */
export function scriptedError({ status, code }: StatusEffect): SpApiError {
  const fallback = status < 500 ? ERRORS[400] : ERRORS[500];
  const [usual = '', message = ''] = ERRORS[status] ?? fallback ?? [];
  return new SpApiError(status, code ?? usual, message);
}

/** The same of Login with Amazon, whose errors are those of OAuth. */
export function scriptedLoginError({ status, code }: StatusEffect) {
  const usual = status === 401 ? 'invalid_client' : 'invalid_grant';
  return {
    status,
    body: {
      error: code ?? (status < 500 && status !== 429 ? usual : 'server_error'),
      error_description: 'The request cannot be answered as it should.',
    },
  };
}
