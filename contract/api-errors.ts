import { z } from 'zod';
import { SyncStatus } from './sync-status';
import { WEBHOOKS_PER_USER } from './webhooks';

/** Every error that a client can get, and its HTTP status. */
export const API_ERRORS = {
  amazon_not_connected: { status: 400, message: 'Amazon is not connected. Connect it first.' },
  invalid_request: { status: 400, message: 'The request is not valid.' },
  sync_not_running: { status: 400, message: 'This sync has already ended.' },
  too_many_webhooks: {
    status: 400,
    message: `There are ${WEBHOOKS_PER_USER} webhooks already. Delete one first.`,
  },
  unauthorized: { status: 401, message: 'Sign in first.' },
  forbidden_origin: { status: 403, message: 'Requests from this origin are not allowed.' },
  not_found: { status: 404, message: 'There is nothing here.' },
  sync_in_progress: { status: 409, message: 'A sync is already in progress.' },
  too_many_requests: { status: 429, message: 'Too many requests. Try again shortly.' },
  internal_server_error: { status: 500, message: 'Something went wrong on our side.' },
  too_many_syncs: {
    status: 503,
    message: 'Many syncs are running at the moment. Start yours again in a moment.',
  },
  service_unavailable: { status: 503, message: 'The service is out of reach. Try again shortly.' },
} as const;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** The body of every error. */
export const ApiErrorBody = z
  .object({
    success: z.literal(false),
    error: z.string().describe('The code, for programs'),
    message: z.string().describe('For people'),
    requestId: z.string(),
    existingSyncId: z.string().optional(),
    reason: z.literal('reauthorization_required').optional(),
    status: SyncStatus.optional(),
  })
  .meta({ id: 'ApiErrorBody', description: 'The body of every error' });
export type ApiErrorBody = z.infer<typeof ApiErrorBody>;
