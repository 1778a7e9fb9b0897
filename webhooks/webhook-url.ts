import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address';

export interface UrlRules {
  /** Lets a receiver be on this machine, over plain HTTP too and at any port: for development. */
  allowLoopback: boolean;
}

export type ParsedWebhookUrl =
  | { kind: 'accepted'; url: URL }
  /** `fault` says to people what is wrong with it. */
  | { kind: 'refused'; fault: string };

const LONGEST = 2_048;
const TOO_LONG = `must have at most ${LONGEST} characters`;

/** Names that only a local network resolves: RFC 6762, RFC 6761, and ICANN's name for private use. */
const LOCAL_NAMES = /(^|\.)(localhost|local|internal)$/;

/**
 * Reads the URL of a receiver. `URL` writes every odd form of a host as one: decimal, octal, hexadecimal and
 * shortened IPv4 addresses, full-width digits, percent signs, and names of other scripts. The rules look at that
 * form only, and it is what is kept and called.
 *
 * A name can still lead anywhere: what it resolves to is checked at each delivery.
 */
export function parseWebhookUrl(text: string, { allowLoopback }: UrlRules): ParsedWebhookUrl {
  if (text.length > LONGEST) return refused(TOO_LONG);
  if (!URL.canParse(text)) return refused('must be a URL such as https://example.com/hooks');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refused(ONLY_HTTPS);
  if (url.username !== '' || url.password !== '') {
    return refused('must not hold a user name or a password');
  }
  const host = hostOf(url);
  // No certificate is for a name that ends with a dot.
  if (url.hostname.endsWith('.')) url.hostname = host;
  url.hash = '';
  // As it is kept and read again: a letter of another script is written as six or more.
  if (url.href.length > LONGEST) return refused(TOO_LONG);
  if (allowLoopback && isLoopbackHost(host)) return { kind: 'accepted', url };
  if (url.protocol !== 'https:') return refused(ONLY_HTTPS);
  const isAddress = isIP(host) !== 0;
  if (isAddress ? !isPublicAddress(host) : LOCAL_NAMES.test(host) || !host.includes('.')) {
    return refused('must be reachable from the internet; this host is of a private network');
  }
  // The other ports below 1024 belong to known services that do not expect HTTP.
  const port = url.port === '' ? 443 : Number(url.port);
  if (port !== 443 && port < 1_024) return refused('must use port 443, or one from 1024 to 65535');
  return { kind: 'accepted', url };
}

/** The host that a URL names, without the brackets of an IPv6 address and the dots that may end a name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.+$/, '');
}

/** Whether a host is this machine by what it is called; nothing is resolved. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host);
}

const ONLY_HTTPS = 'must begin with https://';

function refused(fault: string): ParsedWebhookUrl {
  return { kind: 'refused', fault };
}
