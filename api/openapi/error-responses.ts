import { API_ERRORS, type ApiErrorBody, type ApiErrorCode } from '../../contract/api-errors';
import type { Endpoint } from '../endpoint';
import type { Response } from './openapi-types';

const SCHEMA = { $ref: '#/components/schemas/ApiErrorBody' };

/** What an error has beside its code and its words. */
const EXTRAS: Partial<Record<ApiErrorCode, Partial<ApiErrorBody>>> = {
  amazon_not_connected: { reason: 'reauthorization_required' },
  sync_not_running: { status: 'complete' },
  sync_in_progress: { existingSyncId: 'sync_user123_1702345678901' },
};

/** Every error that an endpoint can answer, by HTTP status: its own, and those that its kind of request can meet. */
export function errorResponses(endpoint: Endpoint): Record<string, Response> {
  const byStatus = new Map<number, ApiErrorCode[]>();
  for (const code of codesOf(endpoint)) {
    const { status } = API_ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  // The one error that has two statuses.
  if (endpoint.method !== 'GET') byStatus.set(413, ['invalid_request']);
  return Object.fromEntries(
    [...byStatus.entries()]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [status, errorResponse(status, codes)]),
  );
}

function codesOf(endpoint: Endpoint): Set<ApiErrorCode> {
  const { method, params, query, body, session, errors = [] } = endpoint;
  return new Set<ApiErrorCode>([
    // A body that is no JSON is refused also where none is expected.
    ...((params ?? query ?? body) || method !== 'GET' ? (['invalid_request'] as const) : []),
    ...errors,
    ...(session ? (['unauthorized', 'too_many_requests'] as const) : []),
    ...(method === 'GET' ? [] : (['forbidden_origin'] as const)),
    'internal_server_error',
    'service_unavailable',
  ]);
}

function errorResponse(status: number, codes: readonly ApiErrorCode[]): Response {
  const mayRetry = status === 429 || status === 503;
  return {
    description: descriptionOf(status, codes),
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
      ...(mayRetry && { 'Retry-After': { $ref: '#/components/headers/Retry-After' } }),
    },
    content: {
      'application/json': {
        schema: SCHEMA,
        examples: Object.fromEntries(
          codes.map((code) => [code, { summary: code, value: exampleOf(code, status) }]),
        ),
      },
    },
  };
}

const TOO_LARGE = 'The body is larger than 16 KB.';

function messageOf(code: ApiErrorCode, status: number): string {
  return status === 413 ? TOO_LARGE : API_ERRORS[code].message;
}

function descriptionOf(status: number, codes: readonly ApiErrorCode[]): string {
  const rows = codes.map((code) => `| \`${code}\` | ${messageOf(code, status)} |`);
  return ['| error | message |', '| --- | --- |', ...rows].join('\n');
}

function exampleOf(code: ApiErrorCode, status: number): ApiErrorBody {
  return {
    success: false,
    error: code,
    message: messageOf(code, status),
    requestId: '3f1c7a52-9b0e-4d6f-8a21-5c7e90d1b234',
    ...EXTRAS[code],
  };
}
