import { exchangeAuthorizationCode } from '../../../amazon/authorization-code';
import {
  AmazonUnavailable,
  AuthorizationCodeRefused,
  CredentialsRejected,
  InvalidRequest,
  MalformedAnswer,
} from '../../../amazon/errors';
import {
  errorOf,
  type Handler,
  type LocalAmazon,
  sendJson,
  startLocalAmazon,
} from './local-amazon';

let local: LocalAmazon;
afterEach(() => local.close());

const CODE = { code: 'ANcode', redirectUri: 'https://api.example.com/callback?x=1' };
const SECRETS = ['old-secret', 'new-secret'];

async function exchange(login: Handler): Promise<string> {
  local = await startLocalAmazon({ login });
  const secrets = [...SECRETS];
  return exchangeAuthorizationCode(
    {
      lwaUrl: `${local.url}/auth/o2/token`,
      clientId: 'a-client',
      clientSecret: () => secrets.shift() ?? 'too often',
      userAgent: 'test',
      timeoutMs: 300,
    },
    CODE,
  );
}

const seen = (index: number) =>
  Object.fromEntries(new URLSearchParams(local.exchanges[index]?.body ?? ''));

test('a code is exchanged for the refresh token, with the address that it was sent to', async () => {
  const token = await exchange((_, response) =>
    sendJson(response, 200, {
      access_token: 'Atza|1',
      refresh_token: 'Atzr|1',
      token_type: 'bearer',
      expires_in: 3600,
    }),
  );
  expect(token).toBe('Atzr|1');
  expect(local.exchanges).toHaveLength(1);
  expect(seen(0)).toEqual({
    grant_type: 'authorization_code',
    code: CODE.code,
    redirect_uri: CODE.redirectUri,
    client_id: 'a-client',
    client_secret: 'old-secret',
  });
});

test('a secret that was rotated is read again, and the code is not lost', async () => {
  const token = await exchange(({ body }, response) =>
    body.includes('new-secret')
      ? sendJson(response, 200, { refresh_token: 'Atzr|2' })
      : sendJson(response, 401, { error: 'invalid_client' }),
  );
  expect(token).toBe('Atzr|2');
  expect(local.exchanges).toHaveLength(2);
});

test.each([
  ['an expired or used code', 400, { error: 'invalid_grant' }, AuthorizationCodeRefused, 1],
  ['a client that Amazon rejects', 401, { error: 'invalid_client' }, CredentialsRejected, 2],
  ['a fault of Amazon’s', 503, { error: 'server_error' }, AmazonUnavailable, 1],
  ['a redirect address that is not ours', 400, { error: 'invalid_request' }, InvalidRequest, 1],
  ['an answer without a refresh token', 200, { access_token: 'Atza|1' }, MalformedAnswer, 1],
  ['a refresh token that is none', 200, { refresh_token: 'a b' }, MalformedAnswer, 1],
])('%s', async (_, status, body, kind, requests) => {
  const error = await errorOf(exchange((__, response) => sendJson(response, status, body)));
  expect(error).toBeInstanceOf(kind);
  expect(local.exchanges).toHaveLength(requests);
  const text = `${error} ${JSON.stringify(error)}`;
  for (const secret of [...SECRETS, CODE.code]) expect(text).not.toContain(secret);
});

test('an Amazon that does not answer is given up', async () => {
  expect(await errorOf(exchange(() => {}))).toBeInstanceOf(AmazonUnavailable);
});
