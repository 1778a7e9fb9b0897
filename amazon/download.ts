import { type LookupAddress, lookup } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';

/** An address at which no document of Amazon's can be. */
export class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed';

  constructor() {
    super('The address is not allowed');
  }
}

export interface DownloadRules {
  /** The seller's API host. What is on it may be fetched whatever it is, as a local Amazon is on this machine. */
  endpoint: string;
  /** Which IP addresses Amazon's other hosts may have: those of the public internet. */
  isPublicAddress: (address: string) => boolean;
  /** Resolves their names. Default: the system. */
  resolve?: typeof lookup;
}

/**
 * Where documents are: S3, in buckets of each region under names that change (`tortuga-prod-eu.s3-eu-west-1.…`), and
 * in the examples of the Reports model CloudFront.
 */
const DOCUMENT_HOSTS = /(^|\.)(amazonaws\.com|cloudfront\.net|amazon\.com)$/;

/**
 * Asks for a document. Only https to Amazon's hosts at public addresses, or the API's own host, ever gets a request:
 * whoever can put another URL into an answer must not have this machine's network asked. The address that was checked
 * is the one that is connected to. A redirect is not followed.
 *
 * Rejects with {@link AddressNotAllowed}, or with what the system says.
 */
export async function download(
  address: string,
  rules: DownloadRules,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) throw new AddressNotAllowed();
  const isOwn = url.origin === new URL(rules.endpoint).origin;
  if (!isOwn && !isAtAmazon(url)) throw new AddressNotAllowed();
  const options = isOwn ? {} : { lookup: onlyTo(rules.isPublicAddress, rules.resolve) };
  const isPlain = url.protocol === 'http:';
  // Of its own: a pooled connection would be to an address that was not checked.
  const agent = isPlain
    ? new http.Agent(options)
    : new https.Agent({ ...options, rejectUnauthorized: true });
  const { request } = isPlain ? http : https;
  return new Promise((resolve, reject) => {
    request(url, { headers, agent, signal }).on('response', resolve).on('error', reject).end();
  });
}

function isAtAmazon({ protocol, hostname, port, username, password }: URL): boolean {
  return (
    protocol === 'https:' &&
    port === '' &&
    username === '' &&
    password === '' &&
    DOCUMENT_HOSTS.test(hostname)
  );
}

/** Resolves names, and fails for one of whose addresses any is not allowed. */
export function onlyTo(isAllowed: (address: string) => boolean, resolve = lookup): LookupFunction {
  return (name, { all, ...options }, callback) => {
    resolve(name, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '');
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) {
        return callback(new AddressNotAllowed(), '');
      }
      if (all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
