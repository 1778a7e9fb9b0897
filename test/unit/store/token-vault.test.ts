import fc from 'fast-check';
import { TokenVault } from '../../../store/token-vault';

const OLD = { id: 'k1', key: Buffer.alloc(32, 1) };
const NEW = { id: 'k2', key: Buffer.alloc(32, 2) };
const ID = '11111111-1111-4111-8111-111111111111';
const OTHER_ID = '22222222-2222-4222-8222-222222222222';

describe('a sealed token', () => {
  const vault = new TokenVault([OLD]);

  test('opens again, whatever its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (token) => {
        expect(vault.open(ID, vault.seal(ID, token))).toBe(token);
      }),
    );
  });

  test('shows nothing of the token, and looks different each time', () => {
    const [first, second] = [vault.seal(ID, 'Atzr|token'), vault.seal(ID, 'Atzr|token')];
    expect(first).not.toBe(second);
    expect(Buffer.from(first, 'base64').toString('latin1')).not.toContain('Atzr');
  });

  test('does not open in another row', () => {
    const sealed = vault.seal(ID, 'Atzr|token');
    expect(() => vault.open(OTHER_ID, sealed)).toThrow();
  });

  test('does not open with a single bit of it changed', () => {
    const sealed = vault.seal(ID, 'Atzr|token');
    const body = Buffer.from(sealed.slice('k1:'.length), 'base64');
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const changed = Buffer.from(body);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => vault.open(ID, `k1:${changed.toString('base64')}`)).toThrow();
    }
  });

  test.each(['', 'k1', 'k1:', 'k1:AAAA', ':', 'plain text', `k1:${'A'.repeat(37)}`])(
    'is not what %j is',
    (text) => {
      expect(() => vault.open(ID, text)).toThrow();
    },
  );

  test('of an unknown key names that key', () => {
    const sealed = new TokenVault([NEW]).seal(ID, 'Atzr|token');
    expect(() => vault.open(ID, sealed)).toThrow('No encryption key with the id k2');
  });

  test('does not open with another key of the same id', () => {
    const sealed = new TokenVault([{ ...NEW, id: 'k1' }]).seal(ID, 'Atzr|token');
    expect(() => vault.open(ID, sealed)).toThrow();
  });
});

test('a vault without a key is a mistake', () => {
  expect(() => new TokenVault([])).toThrow('at least one key');
});

test('the first key seals, all of them open', () => {
  const sealed = new TokenVault([OLD]).seal(ID, 'Atzr|token');
  const both = new TokenVault([NEW, OLD]);
  expect(both.open(ID, sealed)).toBe('Atzr|token');
  expect(both.currentKeyId).toBe('k2');
  expect(new TokenVault([NEW]).open(ID, both.seal(ID, 'Atzr|token'))).toBe('Atzr|token');
});
