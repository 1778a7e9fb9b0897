import type { Effect, FaultTarget } from '../../sandbox/fault-spec';

/** What passes when it happens twice in a row: each pair hits the first calls of every operation of one seller. */
export const PASSING: readonly (readonly Effect[])[] = [
  [{ kind: 'malformed' }, { kind: 'status', status: 403 }],
  [
    { kind: 'status', status: 429 },
    { kind: 'status', status: 503 },
  ],
  [
    { kind: 'reset', when: 'before' },
    { kind: 'reset', when: 'mid-body' },
  ],
  [{ kind: 'expired_access_token' }],
];

/** All that a sync calls. */
export const OPERATIONS: readonly FaultTarget[] = [
  'searchOrders',
  'getInventorySummaries',
  'createReport',
  'getReport',
  'getReportDocument',
];

/** What passes of a document that is downloaded. */
export const DOWNLOAD: readonly Effect[] = [
  { kind: 'status', status: 403 },
  { kind: 'truncated' },
  { kind: 'corrupt' },
  { kind: 'wrong_encoding' },
];
