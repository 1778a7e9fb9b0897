/**
 * The `code` of a system error, such as "EEXIST"; undefined for anything else. No `instanceof Error`: Node's own
 * errors are of another realm than ours inside Jest.
 */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
