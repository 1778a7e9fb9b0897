import { createHash } from 'node:crypto';
import type { Context } from 'koa';

/** To be raised when the form of the replies changes: a browser would go on with what it has in the old one. */
const FORM = 1;

/**
 * Gives the reply its ETag, made of what the reply depends on, and tells whether the client has that reply already.
 * It is weak: what comes is the same to its reader, not to the byte.
 */
export function hasCurrentReply(
  ctx: Pick<Context, 'get' | 'set' | 'path'>,
  dependsOn: readonly unknown[],
): boolean {
  const text = JSON.stringify([FORM, ctx.path, ...dependsOn]);
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  ctx.set('ETag', `W/${tag}`);
  ctx.set('Cache-Control', 'private, no-cache');
  // Not by Koa's `fresh`: it heeds a request's `Cache-Control: no-cache`, which fetch adds to every If-None-Match.
  const known = ctx.get('if-none-match').split(',');
  return known.some((one) => one.trim().replace(/^W\//, '') === tag);
}
