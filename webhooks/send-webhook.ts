import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address';
import type { ResolveHost } from './resolve-host';
import { unreachableBecause, WebhookUnreachable } from './webhook-unreachable';
import { hostOf, isLoopbackHost, parseWebhookUrl } from './webhook-url';

export interface WebhookRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface WebhookAnswer {
  status: number;
  /** The header as it came. */
  retryAfter: string | null;
}

/**
 * Posts to a receiver, and follows no redirect. Throws {@link WebhookUnreachable} without an answer in time, and
 * the signal's own reason when the caller aborts.
 */
export type SendWebhook = (request: WebhookRequest, signal: AbortSignal) => Promise<WebhookAnswer>;

export interface SendWebhookOptions {
  /** Receivers on this machine, over plain HTTP too: for development. */
  allowLoopback: boolean;
  userAgent: string;
  resolve: ResolveHost;
  /** Certificates that are trusted in place of the public ones, PEM. */
  ca?: string;
  /** Which addresses a name may lead to. Default: those of the public internet. */
  isAllowed?: (address: string) => boolean;
  /** From the first question to DNS to the last byte, ms. Default: 15 s. */
  timeoutMs?: number;
}

/** Standard Webhooks, "Timeouts": 15 to 30 s. */
const TIMEOUT_MS = 15_000;

/** The status says it all. The body is read so far only that a receiver is not cut off in the middle of it. */
const BODY_BYTES = 16 * 1024;
const BODY_MS = 2_000;

/** Of a name with several addresses, Node tries the next one after a quarter of a second: too soon from afar. */
const NEXT_ADDRESS_MS = 2_000;

export function createSendWebhook(options: SendWebhookOptions): SendWebhook {
  const { allowLoopback, userAgent, resolve, ca, timeoutMs = TIMEOUT_MS } = options;
  const { isAllowed = isPublicAddress } = options;

  /**
   * Where a request goes: the addresses that were checked are those that are connected to. A name asked for twice
   * could resolve to a public address for the check and to a private one for the connection.
   */
  async function addressesOf(url: URL, signal: AbortSignal): Promise<string[]> {
    const host = hostOf(url);
    if (allowLoopback && host === 'localhost') return ['127.0.0.1', '::1'];
    const addresses = isIP(host) === 0 ? await resolve(host, signal) : [host];
    const allowed = (address: string) =>
      isAllowed(address) || (allowLoopback && isLoopbackHost(host) && isLoopbackAddress(address));
    if (addresses.length === 0 || !addresses.every(allowed)) {
      throw new WebhookUnreachable('The name of the receiver leads to a private network');
    }
    return addresses;
  }

  return async ({ url: text, headers, body }, signal) => {
    const timeUp = new AbortController();
    const timer = setTimeout(() => timeUp.abort(), timeoutMs);
    const either = AbortSignal.any([signal, timeUp.signal]);
    try {
      const parsed = parseWebhookUrl(text, { allowLoopback });
      if (parsed.kind === 'refused') throw new WebhookUnreachable(`The URL ${parsed.fault}`);
      const { url } = parsed;
      const addresses = await addressesOf(url, either);
      const response = await exchange(url, body, {
        method: 'POST',
        headers: {
          ...headers,
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
          'User-Agent': userAgent,
        },
        agent: agentFor(url, addresses, ca),
        signal: either,
      });
      const answer = answerOf(response);
      await readALittle(response);
      return answer;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (timeUp.signal.aborted) {
        throw new WebhookUnreachable(`The receiver does not answer within ${timeoutMs / 1000} s`);
      }
      throw error instanceof WebhookUnreachable ? error : unreachableBecause(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

function exchange(url: URL, body: string, options: RequestOptions): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    request(url, options).on('response', resolve).on('error', reject).end(body);
  });
}

/** One for each request: a pooled connection would be to what an earlier question to DNS had said. */
function agentFor(url: URL, addresses: readonly string[], ca: string | undefined): http.Agent {
  const options = {
    lookup: pinnedTo(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
  };
  if (url.protocol === 'http:') return new http.Agent(options);
  // Verification said here, so that NODE_TLS_REJECT_UNAUTHORIZED cannot take it back.
  return new https.Agent({ ...options, rejectUnauthorized: true, ca });
}

function pinnedTo(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, { all }, callback) => {
    const [first] = entries;
    if (all === true) callback(null, entries);
    else callback(null, first?.address ?? '', first?.family);
  };
}

function answerOf({ statusCode = 0, headers }: IncomingMessage): WebhookAnswer {
  return { status: statusCode, retryAfter: headers['retry-after'] ?? null };
}

/** Resolves at the end of the body, or earlier where it is long or slow; then the connection is closed. */
function readALittle(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const enough = () => response.destroy();
    const timer = setTimeout(enough, BODY_MS);
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > BODY_BYTES) enough();
    });
    // The status is here; that the rest broke off changes nothing.
    response.on('error', () => undefined);
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
