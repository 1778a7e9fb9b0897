import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Context, Middleware } from 'koa';

/** A file that is served: read once at start, so that a request can reach nothing but what was listed. */
export interface StaticFile {
  body: Buffer;
  type: string;
  etag: string;
  /** Headers beside those that every file has. */
  headers: Readonly<Record<string, string>>;
}

/** Files by the path under which they are served. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads a file from the disk. Throws where there is none, or where its type is not a page's. */
export async function readStaticFile(path: string): Promise<StaticFile> {
  const type = TYPES[extname(path)];
  if (type === undefined) throw new Error(`${path}: no type is known for such a file`);
  return staticFile(await readFile(path), type);
}

/** Makes a file of what is in memory already. */
export function staticFile(
  body: Buffer,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): StaticFile {
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  return { body, type, etag, headers };
}

/**
 * Serves files to anybody. A browser asks each time whether they have changed, and mostly gets 304: after an
 * update no page is made of old and new ones for longer than a reload.
 */
export function serveStatic(files: StaticFiles): Middleware {
  return async (ctx, next) => {
    const file = files.get(ctx.path);
    if (file === undefined || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    send(ctx, file);
  };
}

function send(ctx: Context, { body, type, etag, headers }: StaticFile): void {
  ctx.set('Cache-Control', 'no-cache');
  ctx.set('ETag', etag);
  ctx.set(headers);
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.type = type;
  ctx.body = body;
}
