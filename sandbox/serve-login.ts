import type Router from '@koa/router';
import { z } from 'zod';
import type { AuthorizationCodes } from './authorization-codes';
import { broken, type Delivery, deliver, type JsonAnswer, statusSeen } from './deliver-json';
import { breaksAnswer, replacesCall, scriptedLoginError } from './fault-effects';
import { isKind } from './fault-spec';
import type { SandboxWorld, Scripted } from './sp-api-operation';
import { withUnknownWords } from './unknown-words';

/** Amazon's own lifetime of an access token, in its seconds. */
const ACCESS_TOKEN_LIFETIME = 3600;

const Grant = z.discriminatedUnion('grant_type', [
  z.object({ grant_type: z.literal('refresh_token'), refresh_token: z.string().min(1) }),
  z.object({
    grant_type: z.literal('authorization_code'),
    code: z.string().min(1),
    redirect_uri: z.string().min(1),
  }),
]);
type Grant = z.infer<typeof Grant>;

const Credentials = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });

export interface SandboxClient {
  id: string;
  secret: string;
  /** The secret before, where that one is still good: Amazon lets it be so for seven days. */
  previousSecret?: string;
  /** What the consent page knows the application by; without it any id is good there. */
  applicationId?: string;
}

/**
 * Login with Amazon: `POST /auth/o2/token`. Without a `client`, any id and secret are good. Faults that take the
 * place of the call come before everything else.
 */
export function serveLogin(
  router: Router,
  world: SandboxWorld,
  codes: AuthorizationCodes,
  client: SandboxClient | null,
): void {
  router.post('/auth/o2/token', async (ctx) => {
    const grant = Grant.safeParse(ctx.request.body).data;
    const operation = grant?.grant_type === 'authorization_code' ? 'authorizationCode' : 'token';
    const sellerId = grant === undefined ? null : sellerIdOf(grant, world, codes);
    const scripted: Scripted = (is) => world.faults.take({ operation, sellerId }, is);
    const delivery =
      insteadOf(scripted) ??
      spoiled(answerTo(ctx.request.body, { ...world, codes, client }), scripted);
    ctx.set('Cache-Control', 'no-store');
    world.traffic.answered({
      operation,
      sellerId,
      status: statusSeen(delivery),
      requestId: ctx.response.get('x-amzn-RequestId'),
    });
    await deliver(ctx, delivery);
  });
}

function sellerIdOf(
  grant: Grant,
  { sellers }: Pick<SandboxWorld, 'sellers'>,
  codes: AuthorizationCodes,
): string | null {
  if (grant.grant_type === 'authorization_code') return codes.sellerOf(grant.code);
  return sellers.find(({ refreshToken }) => refreshToken === grant.refresh_token)?.sellerId ?? null;
}

function insteadOf(scripted: Scripted): Delivery | null {
  const effect = scripted(replacesCall);
  if (effect === null) return null;
  switch (effect.kind) {
    case 'status':
      return { answer: scriptedLoginError(effect), how: 'whole' };
    case 'hang':
    case 'reset':
      return { answer: { status: 0, body: null }, how: effect.kind };
    default:
      throw new Error(`${effect.kind} is no fault of Login with Amazon`);
  }
}

function spoiled(given: JsonAnswer, scripted: Scripted): Delivery {
  if (given.status !== 200) return { answer: given, how: 'whole' };
  const hasNewWords = scripted(isKind('unknown_words')) !== null;
  const answer = hasNewWords ? { ...given, body: withUnknownWords(given.body) } : given;
  const effect = scripted(breaksAnswer);
  return effect ? broken(answer, effect, scriptedLoginError) : { answer, how: 'whole' };
}

interface LoginWorld extends Pick<SandboxWorld, 'tokens' | 'sellers'> {
  codes: AuthorizationCodes;
  client: SandboxClient | null;
}

function answerTo(body: unknown, { tokens, sellers, codes, client }: LoginWorld): JsonAnswer {
  const kind = z.object({ grant_type: z.string() }).safeParse(body).data?.grant_type;
  if (kind !== undefined && !GRANT_TYPES.includes(kind))
    return refusal(400, 'unsupported_grant_type', 'The grant type is not supported.');
  const grant = Grant.safeParse(body);
  const credentials = Credentials.safeParse(body);
  if (!grant.success || !credentials.success)
    return refusal(400, 'invalid_request', 'The request is missing a required parameter.');

  const { client_id, client_secret } = credentials.data;
  if (client && !isClient(client, client_id, client_secret))
    return refusal(401, 'invalid_client', 'Client authentication failed');
  const sellerId = granted(grant.data, { sellers, codes });
  const seller = sellers.find((one) => one.sellerId === sellerId);
  if (!seller)
    return refusal(
      400,
      'invalid_grant',
      `The request has an invalid grant parameter : ${GRANT_PARAMETERS[grant.data.grant_type]}`,
    );

  const access = tokens.issue('access', seller.sellerId, ACCESS_TOKEN_LIFETIME);
  return {
    status: 200,
    body: {
      access_token: `Atza|${access}`,
      refresh_token: seller.refreshToken,
      token_type: 'bearer',
      expires_in: ACCESS_TOKEN_LIFETIME,
    },
  };
}

function isClient({ id, secret, previousSecret }: SandboxClient, givenId: string, given: string) {
  return givenId === id && (given === secret || given === previousSecret);
}

const GRANT_PARAMETERS = { refresh_token: 'refresh_token', authorization_code: 'code' } as const;
const GRANT_TYPES = Object.keys(GRANT_PARAMETERS);

/** The seller that a grant is good for, if it is; a code is used up by it. */
function granted(
  grant: Grant,
  { sellers, codes }: Pick<LoginWorld, 'sellers' | 'codes'>,
): string | null {
  return grant.grant_type === 'authorization_code'
    ? codes.redeem(grant.code, grant.redirect_uri)
    : sellerIdOf(grant, { sellers }, codes);
}

function refusal(status: number, error: string, description: string): JsonAnswer {
  return { status, body: { error, error_description: description } };
}
