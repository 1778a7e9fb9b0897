import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox';

const APPLICATION = 'amzn1.sp.solution.1';
const CLIENT = { id: 'app', secret: 'secret', applicationId: APPLICATION };
const REDIRECT_URI = 'https://sync.example.com/callback?kept=1';
const SELLERS = [1, 2].map((seed) => ({
  kind: 'generated' as const,
  seed,
  size: { orders: 0, skus: 0, claims: 0 },
}));

let sandbox: Sandbox;
const start = async (options: Partial<SandboxOptions> = {}) => {
  sandbox = await startSandbox({ sellers: SELLERS, client: CLIENT, ...options });
};
afterEach(() => sandbox.close());

const QUESTION = { application_id: APPLICATION, state: 'a&"<state>', redirect_uri: REDIRECT_URI };
const ask = (question: Record<string, string> = QUESTION) =>
  fetch(`${sandbox.consentUrl}?${new URLSearchParams(question)}`);

async function answer(change: Record<string, string> = {}): Promise<URL> {
  const response = await fetch(sandbox.consentUrl, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      state: QUESTION.state,
      redirect_uri: REDIRECT_URI,
      selling_partner_id: sandbox.sellers[1]?.sellerId ?? '',
      answer: 'allow',
      ...change,
    }),
  });
  expect(response.status).toBe(303);
  return new URL(response.headers.get('location') ?? '');
}

async function exchange(code: string, change: Record<string, string> = {}) {
  const response = await fetch(sandbox.lwaUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      client_id: 'app',
      client_secret: 'secret',
      ...change,
    }),
  });
  return { status: response.status, body: await response.json() };
}

const newCode = async () => (await answer()).searchParams.get('spapi_oauth_code') ?? '';

test('the page lists the sellers and repeats what it was asked with, as text', async () => {
  await start();
  const response = await ask();
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const page = await response.text();
  for (const { sellerId } of sandbox.sellers) expect(page).toContain(`value="${sellerId}"`);
  expect(page).toContain('value="a&#38;&#34;&#60;state&#62;"');
  expect(page).toContain(`name="redirect_uri" value="${REDIRECT_URI}"`);
});

test('who allows goes back with the state, the seller and a code that is good for its token', async () => {
  await start();
  const back = await answer();
  expect(back.href.startsWith(REDIRECT_URI)).toBe(true);
  const { spapi_oauth_code: code, ...rest } = Object.fromEntries(back.searchParams);
  const seller = sandbox.sellers[1];
  expect(rest).toEqual({
    kept: '1',
    state: QUESTION.state,
    selling_partner_id: seller?.sellerId,
  });
  expect(await exchange(code ?? '')).toMatchObject({
    status: 200,
    body: {
      access_token: expect.stringMatching(/^Atza\|/),
      refresh_token: seller?.refreshToken,
      expires_in: 3600,
    },
  });
  expect(sandbox.stats().operations.authorizationCode).toEqual({ 200: 1 });
});

test('who declines goes back with an error and no code', async () => {
  await start();
  const back = await answer({ answer: 'decline' });
  expect(Object.fromEntries(back.searchParams)).toEqual({
    kept: '1',
    state: QUESTION.state,
    error: 'access_denied',
  });
});

test.each([
  ['another application', { ...QUESTION, application_id: 'other' }],
  ['no state', { ...QUESTION, state: '' }],
  ['a redirect address that is none', { ...QUESTION, redirect_uri: 'javascript:alert(1)' }],
])('%s is not asked for', async (_, question) => {
  await start();
  const response = await ask(question);
  expect(response.status).toBe(400);
  expect(await response.text()).not.toContain('<form');
});

describe('a code', () => {
  test('is good once', async () => {
    await start();
    const code = await newCode();
    expect((await exchange(code)).status).toBe(200);
    expect(await exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('is good for five of Amazon’s minutes', async () => {
    let elapsed = 0;
    await start({ elapsed: () => elapsed });
    const [early, late] = [await newCode(), await newCode()];
    elapsed = 299;
    expect((await exchange(early)).status).toBe(200);
    elapsed = 300;
    expect(await exchange(late)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test.each([
    [400, 'invalid_grant', { redirect_uri: 'https://other.example.com' }],
    [401, 'invalid_client', { client_secret: 'wrong' }],
    [400, 'invalid_grant', { code: 'forged' }],
    [400, 'invalid_request', { redirect_uri: '' }],
    [400, 'unsupported_grant_type', { grant_type: 'password' }],
  ])('answers %i %s with %j, and is not used up by it', async (status, error, change) => {
    await start();
    const code = await newCode();
    expect(await exchange(code, change)).toMatchObject({ status, body: { error } });
    expect((await exchange(code)).status).toBe(200);
  });

  test('can be refused by a fault, which refresh tokens do not meet', async () => {
    await start();
    sandbox.setFault({ operation: 'authorizationCode', effect: { kind: 'status', status: 400 } });
    const refresh = {
      grant_type: 'refresh_token',
      refresh_token: sandbox.sellers[0]?.refreshToken ?? '',
    };
    expect((await exchange('', refresh)).status).toBe(200);
    const code = await newCode();
    expect(await exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await exchange(code)).status).toBe(200);
  });
});

test('from the app store a seller comes to the log-in address, and back through Amazon', async () => {
  await start();
  const loginUri = 'https://sync.example.com/login';
  const store = await fetch(`${sandbox.storeUrl}?${new URLSearchParams({ login_uri: loginUri })}`);
  const links = Array.from((await store.text()).matchAll(/href="([^"]+)"/g), ([, href]) =>
    (href ?? '').replaceAll('&#38;', '&'),
  );
  expect(links).toHaveLength(sandbox.sellers.length);
  const login = new URL(links[0] ?? '');
  expect(`${login.origin}${login.pathname}`).toBe(loginUri);
  expect(login.searchParams.get('selling_partner_id')).toBe(sandbox.sellers[0]?.sellerId);

  const confirm = new URL(login.searchParams.get('amazon_callback_uri') ?? '');
  confirm.searchParams.set('amazon_state', login.searchParams.get('amazon_state') ?? '');
  confirm.searchParams.set('state', 'ours');
  confirm.searchParams.set('redirect_uri', REDIRECT_URI);
  const response = await fetch(confirm, { redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('ours');
  const code = back.searchParams.get('spapi_oauth_code') ?? '';
  expect((await exchange(code)).status).toBe(200);

  confirm.searchParams.set('amazon_state', 'forged');
  expect((await fetch(confirm, { redirect: 'manual' })).status).toBe(400);
});
