import { createExpiringTokens } from '../../../sandbox/expiring-tokens';

let elapsed = 0;
const tokens = createExpiringTokens({
  now: () => 0,
  elapsed: () => elapsed,
});

test('a token lives exactly its lifetime', () => {
  const token = tokens.issue('inventory-page', 'here', 30);
  elapsed += 29.9;
  expect(tokens.read('inventory-page', token)).toEqual({ state: 'live', data: 'here' });
  elapsed += 0.1;
  expect(tokens.read('inventory-page', token)).toEqual({ state: 'expired' });
});

test('a token is good for its own purpose only, and not once it was changed', () => {
  const token = tokens.issue('access', 'seller', 30);
  expect(tokens.read('document', token)).toEqual({ state: 'invalid' });
  const changed = token.startsWith('W') ? `X${token.slice(1)}` : `W${token.slice(1)}`;
  for (const forged of [changed, `${token}A`, '', '.', 'a.b'])
    expect(tokens.read('access', forged)).toEqual({ state: 'invalid' });
});
