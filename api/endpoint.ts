import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import type { ApiErrorCode } from '../contract/api-errors';
import type { ApiDeps } from './api-deps';
import { ApiError } from './api-error';
import type { ApiState } from './api-state';
import { isSafe } from './origin-check';
import { isSpecial, NotModified, type SpecialReply, sendSpecial } from './replies';
import { hasCurrentReply } from './revalidation';
import type { Session } from './session';

export type EndpointTag = 'Connection' | 'Sync' | 'Data' | 'Schedule' | 'Webhooks' | 'Service';

/** What an endpoint is: enough to guard it, and to write its part of the OpenAPI document. */
export interface EndpointSpec<Params, Query, Body, Reply extends z.ZodType> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** In the router's form, with `:name` for a parameter. */
  path: string;
  /** The name that generated clients give it: unique, a verb first, in camel case. */
  operationId: string;
  tag: EndpointTag;
  /** What it does, in a few words without a full stop. */
  summary: string;
  /** What else one must know to use it, in Markdown. */
  description?: string;
  /** Without a schema, that part of a request is not looked at. */
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** The JSON of a 200; of server-sent events, that of one message. `z.never()` where there is none. */
  reply: Reply;
  /** An exact reply, for the document. */
  example?: z.output<Reply>;
  /**
   * The errors that the handler throws. Those that any request can meet are not named: `unauthorized`,
   * `invalid_request`, `forbidden_origin`, `too_many_requests`, `service_unavailable`, `internal_server_error`.
   */
  errors?: readonly ApiErrorCode[];
  /** It can answer a CSV file too. */
  csv?: true;
  /**
   * Names the state of what the user is shown, for an ETag: while it stays, a client that has the reply is answered
   * 304 without asking the handler. Undefined while the state may change at any moment.
   */
  revision?: (userKey: string) => Promise<string | undefined>;
  /** It answers server-sent events, or 204 to a client that has seen the last one. */
  events?: true;
  /** It can send the browser elsewhere (302); where to, for the document. */
  redirects?: string;
  /** An older way to the same thing, kept for existing frontends: what to use in its place. */
  deprecated?: string;
}

/** An endpoint as the document sees it. */
export interface Endpoint extends EndpointSpec<unknown, unknown, unknown, z.ZodType> {
  /** Whether it needs a session. */
  session: boolean;
}

interface Checked<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** As the spec's own `revision` named it, before the handler. */
  revision?: string;
  /** Headers and cookies, which no schema has checked. */
  http: Pick<Context, 'get' | 'accepts' | 'cookies'>;
}

type Handle<Request, Reply> = (request: Request) => Promise<Reply | SpecialReply>;

type EndpointDeps = Pick<ApiDeps, 'readSession' | 'checkReplies' | 'endpoints'>;

/** Errors that can come before or around any handler. */
export const COMMON_ERRORS: readonly ApiErrorCode[] = [
  'invalid_request',
  'unauthorized',
  'forbidden_origin',
  'too_many_requests',
  'internal_server_error',
  'service_unavailable',
];

/**
 * Adds an endpoint to the router and to the document. Before the handler the session is checked, then params,
 * query and body against their schemas; the handler returns the reply's body, or a {@link SpecialReply}. Handlers
 * set no status and, but for `http`, see nothing that was not checked.
 */
export function endpoint<
  Schema extends z.ZodType,
  // Of its own, or TypeScript would widen the literals in what a handler returns.
  const Reply extends z.output<Schema>,
  Params = unknown,
  Query = unknown,
  Body = unknown,
>(
  router: Router,
  deps: EndpointDeps,
  spec: EndpointSpec<Params, Query, Body, Schema>,
  handle: Handle<Session & Checked<Params, Query, Body>, Reply>,
): void {
  register(router, deps, spec, true, async (ctx) => {
    const session = deps.readSession(ctx);
    const request = checkedRequest(spec, ctx);
    // Asked for before the rows: should they change in between, the tag is of the state before, and soon no longer so.
    const revision = await spec.revision?.(session.userKey);
    const { params, query } = request;
    const dependsOn = revision && [session.userKey, revision, params, query];
    if (dependsOn && hasCurrentReply(ctx, dependsOn)) return new NotModified();
    return handle({ ...session, ...request, revision });
  });
}

/** An endpoint that anybody may call, signed in or not. */
export function openEndpoint<
  Schema extends z.ZodType,
  // Of its own, or TypeScript would widen the literals in what a handler returns.
  const Reply extends z.output<Schema>,
  Params = unknown,
  Query = unknown,
  Body = unknown,
>(
  router: Router,
  deps: EndpointDeps,
  spec: EndpointSpec<Params, Query, Body, Schema>,
  handle: Handle<Checked<Params, Query, Body>, Reply>,
): void {
  register(router, deps, spec, false, async (ctx) => handle(checkedRequest(spec, ctx)));
}

function register<Params, Query, Body>(
  router: Router,
  { endpoints, checkReplies }: EndpointDeps,
  spec: EndpointSpec<Params, Query, Body, z.ZodType>,
  session: boolean,
  answer: Handle<RouterContext, unknown>,
): void {
  endpoints.push({ ...spec, session });
  const documented = new Set([...COMMON_ERRORS, ...(spec.errors ?? [])]);
  router.register(spec.path, [spec.method], async (ctx: RouterContext<ApiState>) => {
    ctx.state.route = spec.path;
    const reply = await answer(ctx).catch((error: unknown) => {
      if (checkReplies && error instanceof ApiError && !documented.has(error.code)) {
        throw new UndocumentedError(error.code);
      }
      throw error;
    });
    if (isSpecial(reply)) sendSpecial(ctx, reply);
    else ctx.body = checkReplies ? spec.reply.parse(reply) : reply;
  });
}

/** A handler answers an error that its spec does not name. Only looked for where replies are checked. */
class UndocumentedError extends Error {
  override readonly name: string;

  constructor(code: ApiErrorCode) {
    super(`${code} is not among the endpoint's errors`);
    // The name is what the log shows of an error.
    this.name = `UndocumentedError(${code})`;
  }
}

function checkedRequest<Params, Query, Body>(
  spec: Pick<EndpointSpec<Params, Query, Body, z.ZodType>, 'params' | 'query' | 'body'>,
  ctx: RouterContext,
): Checked<Params, Query, Body> {
  return {
    params: checked(spec.params, ctx.params),
    query: checked(spec.query, ctx.query),
    body: checked(spec.body, bodyOf(ctx)),
    http: ctx,
  };
}

function bodyOf(ctx: RouterContext): unknown {
  // A body in another format would be ignored, and its sender would believe that it was heard.
  // Without a length it comes in chunks: `is` answers false for those too, and null where there is no body.
  if (isSafe(ctx.method)) return {};
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
