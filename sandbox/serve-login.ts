import type Router from '@koa/router';
import { z } from 'zod';
import { broken, type Delivery, deliver, type JsonAnswer, statusSeen } from './deliver-json';
import { breaksAnswer, replacesCall, scriptedLoginError } from './fault-effects';
import { isKind } from './fault-spec';
import type { SandboxSeller } from './sandbox-seller';
import type { SandboxWorld, Scripted } from './sp-api-operation';
import { withUnknownWords } from './unknown-words';

/** Amazon's own lifetime of an access token, in its seconds. */
const ACCESS_TOKEN_LIFETIME = 3600;

const TokenRequest = z.object({
  grant_type: z.literal('refresh_token'),
  refresh_token: z.string().min(1),
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
});

export interface SandboxClient {
  id: string;
  secret: string;
}

/**
 * Login with Amazon: `POST /auth/o2/token`. Without a `client`, any id and secret are good. Faults that take the
 * place of the call come before everything else.
 */
export function serveLogin(
  router: Router,
  world: SandboxWorld,
  client: SandboxClient | null,
): void {
  router.post('/auth/o2/token', async (ctx) => {
    const asked = z.object({ refresh_token: z.string() }).safeParse(ctx.request.body).data;
    const seller = world.sellers.find(({ refreshToken }) => refreshToken === asked?.refresh_token);
    const sellerId = seller?.sellerId ?? null;
    const scripted: Scripted = (is) => world.faults.take({ operation: 'token', sellerId }, is);
    const delivery =
      insteadOf(scripted) ??
      spoiled(answerTo(ctx.request.body, { ...world, seller, client }), scripted);
    ctx.set('Cache-Control', 'no-store');
    world.traffic.answered({
      operation: 'token',
      sellerId,
      status: statusSeen(delivery),
      requestId: ctx.response.get('x-amzn-RequestId'),
    });
    await deliver(ctx, delivery);
  });
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

interface LoginWorld extends Pick<SandboxWorld, 'tokens'> {
  /** Whose refresh token it is. */
  seller: SandboxSeller | undefined;
  client: SandboxClient | null;
}

function answerTo(body: unknown, { tokens, seller, client }: LoginWorld): JsonAnswer {
  const grant = z.object({ grant_type: z.string() }).safeParse(body);
  if (grant.success && grant.data.grant_type !== 'refresh_token')
    return refusal(400, 'unsupported_grant_type', 'The grant type is not supported.');
  const request = TokenRequest.safeParse(body);
  if (!request.success)
    return refusal(400, 'invalid_request', 'The request is missing a required parameter.');

  const { client_id, client_secret, refresh_token } = request.data;
  if (client && (client_id !== client.id || client_secret !== client.secret))
    return refusal(401, 'invalid_client', 'Client authentication failed');
  if (!seller)
    return refusal(
      400,
      'invalid_grant',
      'The request has an invalid grant parameter : refresh_token',
    );

  const access = tokens.issue('access', seller.sellerId, ACCESS_TOKEN_LIFETIME);
  return {
    status: 200,
    body: {
      access_token: `Atza|${access}`,
      refresh_token,
      token_type: 'bearer',
      expires_in: ACCESS_TOKEN_LIFETIME,
    },
  };
}

function refusal(status: number, error: string, description: string): JsonAnswer {
  return { status, body: { error, error_description: description } };
}
