import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import { connect, login, PARTICIPATIONS, until } from './sandbox-client';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const seller = (seed: number) =>
  ({ kind: 'generated', seed, size: { orders: 0, skus: 0, claims: 0 } }) as const;
const rightClient = { id: 'app', secret: 'secret' };

test('a refresh token buys an access token for an hour', async () => {
  sandbox = await startSandbox({ sellers: [seller(1)], client: rightClient });
  expect(await login(sandbox)).toMatchObject({
    status: 200,
    body: {
      access_token: expect.stringMatching(/^Atza\|/),
      refresh_token: sandbox.sellers[0]?.refreshToken,
      token_type: 'bearer',
      expires_in: 3600,
    },
  });
});

test('an unknown refresh token is an invalid grant, a wrong secret an invalid client', async () => {
  sandbox = await startSandbox({ sellers: [seller(1)], client: rightClient });
  expect(await login(sandbox, 'Atzr|unknown')).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
  await sandbox.close();

  sandbox = await startSandbox({ sellers: [seller(1)], client: { id: 'app', secret: 'other' } });
  expect(await login(sandbox)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
});

test('the access token decides which seller answers', async () => {
  sandbox = await startSandbox({
    sellers: [seller(1), { ...seller(2), marketplaceIds: ['A1PA6795UKMFR9', 'A2NODRKZP88ZB9'] }],
  });
  const european = await connect(sandbox, sandbox.sellers[1]?.refreshToken);
  const { body } = await european.get(PARTICIPATIONS);
  expect(body).toMatchObject({
    payload: [
      { marketplace: { countryCode: 'DE', defaultCurrencyCode: 'EUR' } },
      { marketplace: { countryCode: 'SE', defaultCurrencyCode: 'SEK' } },
    ],
  });
});

test('without a token, with a forged one and with an expired one the answer is 403', async () => {
  // An hour of Amazon's passes in 72 real milliseconds.
  sandbox = await startSandbox({ clockSpeed: 50_000, sellers: [seller(1)] });
  const url = `${sandbox.spApiUrl}${PARTICIPATIONS}`;
  const client = await connect(sandbox);
  const expired = await until(async () => {
    const reply = await client.get(PARTICIPATIONS);
    return reply.status === 403 ? reply : null;
  });
  expect(expired.body).toEqual({
    errors: [
      {
        code: 'Unauthorized',
        message: 'Access to requested resource is denied.',
        details: 'The access token you provided has expired.',
      },
    ],
  });

  expect((await fetch(url)).status).toBe(403);
  const forged = { 'x-amz-access-token': 'Atza|WyJhY2Nlc3MiLDFlOSwiQSJd.AAAA' };
  expect((await fetch(url, { headers: forged })).status).toBe(403);
});

test('two sellers of one seed are refused', async () => {
  sandbox = await startSandbox({ sellers: [] });
  await expect(startSandbox({ sellers: [seller(1), seller(1)] })).rejects.toThrow('same sellerId');
});
