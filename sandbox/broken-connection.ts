import { once } from 'node:events';
import type { RouterContext } from '@koa/router';

/** Leaves the request unanswered until the client goes. */
export async function hang(ctx: RouterContext): Promise<void> {
  ctx.respond = false;
  if (!ctx.res.closed) await once(ctx.res, 'close');
}

/** Answers with a TCP reset. */
export function reset(ctx: RouterContext): void {
  ctx.respond = false;
  ctx.req.socket.resetAndDestroy();
}

/**
 * Sends the headers, with the length of the whole body, and half of it; then resets. The first half has left this
 * process before.
 */
export async function cutOff(ctx: RouterContext, status: number, body: Buffer): Promise<void> {
  ctx.respond = false;
  const { res } = ctx;
  res.statusCode = status;
  res.setHeader('Content-Length', body.length);
  const half = body.subarray(0, Math.ceil(body.length / 2));
  await new Promise<void>((resolve) => res.write(half, () => resolve()));
  ctx.req.socket.resetAndDestroy();
}
