/** The header of a start, which the workflow hands on to its steps: JSON of a {@link import('./call-context').CallContext}. */
export const CONTEXT_HEADER = 'amazon-sync-context';

/** The header by which a step knows its sync, where it is a step of one. */
export const SYNC_ID_HEADER = 'amazon-sync-id';
