/**
 * A request to a receiver got no answer. The message says why, to the user who registered it: it holds no
 * address and no text of others.
 */
export class WebhookUnreachable extends Error {
  override readonly name = 'WebhookUnreachable';
}

/** Puts a failed request into words, by the code of the system, of the resolver or of TLS. */
export function unreachableBecause(error: unknown): WebhookUnreachable {
  const code = codeOf(error);
  if (code === null) return new WebhookUnreachable('The receiver cannot be reached');
  return new WebhookUnreachable(`${reasonOf(code)} (${code})`);
}

function reasonOf(code: string): string {
  if (UNRESOLVED.has(code)) return 'The name of the receiver cannot be resolved';
  if (code === 'ECONNREFUSED') return 'The receiver refuses the connection';
  if (BROKEN_OFF.has(code)) return 'The receiver closed the connection without an answer';
  if (CERTIFICATE.test(code)) return 'The certificate of the receiver is not valid';
  if (TLS.test(code)) return 'The receiver does not speak TLS as it should';
  if (code.startsWith('HPE_')) return 'The receiver does not speak HTTP as it should';
  return 'The receiver cannot be reached';
}

const UNRESOLVED = new Set([
  'ENOTFOUND',
  'ENODATA',
  'ESERVFAIL',
  'EREFUSED',
  'ETIMEOUT',
  'EBADNAME',
  'EBADRESP',
]);
const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE']);
/** Of OpenSSL's `X509_V_ERR_…`, without that prefix, and of Node's check of the name. */
const CERTIFICATE = /CERT|CRL|SIGNATURE|HOSTNAME_MISMATCH/;
const TLS = /^(EPROTO|ERR_SSL|ERR_TLS)/;

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(error.code) ? error.code : null;
}
