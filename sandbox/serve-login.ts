import type Router from '@koa/router';
import { z } from 'zod';
import type { SandboxWorld } from './sp-api-operation';

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

/** Login with Amazon: `POST /auth/o2/token`. Without a `client`, any id and secret are good. */
export function serveLogin(
  router: Router,
  world: SandboxWorld,
  client: SandboxClient | null,
): void {
  router.post('/auth/o2/token', (ctx) => {
    const answer = answerTo(ctx.request.body, world, client);
    ctx.status = answer.status;
    ctx.body = answer.body;
    ctx.set('Cache-Control', 'no-store');
    world.traffic.answered({
      operation: 'token',
      sellerId: answer.sellerId ?? null,
      status: answer.status,
      requestId: ctx.response.get('x-amzn-RequestId'),
    });
  });
}

interface LoginAnswer {
  status: number;
  body: Record<string, unknown>;
  sellerId?: string;
}

function answerTo(
  body: unknown,
  { sellers, tokens }: SandboxWorld,
  client: SandboxClient | null,
): LoginAnswer {
  const grant = z.object({ grant_type: z.string() }).safeParse(body);
  if (grant.success && grant.data.grant_type !== 'refresh_token')
    return refusal(400, 'unsupported_grant_type', 'The grant type is not supported.');
  const request = TokenRequest.safeParse(body);
  if (!request.success)
    return refusal(400, 'invalid_request', 'The request is missing a required parameter.');

  const { client_id, client_secret, refresh_token } = request.data;
  if (client && (client_id !== client.id || client_secret !== client.secret))
    return refusal(401, 'invalid_client', 'Client authentication failed');
  const seller = sellers.find(({ refreshToken }) => refreshToken === refresh_token);
  if (!seller)
    return refusal(
      400,
      'invalid_grant',
      'The request has an invalid grant parameter : refresh_token',
    );

  const access = tokens.issue('access', seller.sellerId, ACCESS_TOKEN_LIFETIME);
  return {
    status: 200,
    sellerId: seller.sellerId,
    body: {
      access_token: `Atza|${access}`,
      refresh_token,
      token_type: 'bearer',
      expires_in: ACCESS_TOKEN_LIFETIME,
    },
  };
}

function refusal(status: number, error: string, description: string): LoginAnswer {
  return { status, body: { error, error_description: description } };
}
