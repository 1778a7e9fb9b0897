import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import type { ApiDeps } from './api-deps';
import { ApiError } from './api-error';
import { CsvFile, sendCsv } from './csv';
import type { Session } from './session';

interface Schemas<Params, Query, Body, Reply> {
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  reply: z.ZodType<Reply>;
}

interface Request<Params, Query, Body> extends Session {
  params: Params;
  query: Query;
  body: Body;
}

/**
 * Stands before every handler: checks the session, then params, query and body against their schemas; the
 * handler returns the reply's body. Handlers set no status and see nothing that was not checked.
 */
export function guard<Reply, Params = unknown, Query = unknown, Body = unknown>(
  { readSession, checkReplies }: Pick<ApiDeps, 'readSession' | 'checkReplies'>,
  schemas: Schemas<Params, Query, Body, Reply>,
  handle: (request: Request<Params, Query, Body>) => Promise<Reply | CsvFile>,
) {
  return async (ctx: RouterContext): Promise<void> => {
    const session = readSession(ctx);
    const reply = await handle({
      ...session,
      params: checked(schemas.params, ctx.params),
      query: checked(schemas.query, ctx.query),
      body: checked(schemas.body, bodyOf(ctx)),
    });
    if (reply instanceof CsvFile) sendCsv(ctx, reply);
    else ctx.body = checkReplies ? schemas.reply.parse(reply) : reply;
  };
}

function bodyOf(ctx: RouterContext): unknown {
  // A body in another format would be ignored, and its sender would believe that it was heard.
  // Without a length it comes in chunks: `is` answers false for those too, and null where there is no body.
  if (ctx.request.length !== 0 && ctx.is('json') === false) {
    throw new ApiError('invalid_request', { message: 'Send JSON, as application/json.' });
  }
  return ctx.request.body ?? {};
}

/** Without a schema the input is not looked at, and the handler's type says so. */
function checked<Value>(schema: z.ZodType<Value> | undefined, input: unknown): Value {
  const parsed = (schema ?? z.custom<Value>(() => true)).safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new ApiError('invalid_request', {
    message: `${where}${issue?.message ?? 'not valid'}`,
  });
}
