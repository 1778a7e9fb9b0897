import fc from 'fast-check';
import { userKeyOf } from '../../../contract/user-key';

const SAFE = /^[A-Za-z0-9_-]{1,64}$/;

test.each(['user123', 'a', '0', '-', '_', 'auth0_5f7c8ec7-33c6', 'A'.repeat(64), 'U-1', 'xu-1'])(
  'the safe id %s stands for itself',
  (userId) => {
    expect(userKeyOf(userId)).toBe(userId);
  },
);

test.each([
  'seller@example.com',
  'auth0|5f7c8ec7',
  '../../etc/passwd',
  'a/b?c=d#e',
  'a b',
  'Jürgen',
  '出品者',
  '🛒',
  'line\nbreak',
  'user123\n',
  '',
  'A'.repeat(65),
  'x'.repeat(500),
])('the id %j becomes a short key in which nothing of it is left', (userId) => {
  const key = userKeyOf(userId);
  expect(key).toMatch(/^u-[A-Za-z0-9_-]{22}$/);
  expect(key).toBe(userKeyOf(userId));
});

test('nobody can choose the key of a hashed user', () => {
  const victim = userKeyOf('seller@example.com');
  expect(userKeyOf(victim)).not.toBe(victim);
  expect(userKeyOf('u-')).not.toBe('u-');
});

test('an e-mail address in other letters is another user', () => {
  expect(userKeyOf('Seller@example.com')).not.toBe(userKeyOf('seller@example.com'));
});

const userId = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,70}$/),
  fc.stringMatching(/^u-[A-Za-z0-9_-]{0,30}$/),
  fc.emailAddress(),
);

test('every user has a key that is safe everywhere, and no two users share one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(userId, { maxLength: 30 }), (userIds) => {
      const keys = userIds.map(userKeyOf);
      for (const key of keys) expect(key).toMatch(SAFE);
      expect(new Set(keys).size).toBe(userIds.length);
    }),
  );
});

test('the key of a key never is the key of somebody else', () => {
  fc.assert(
    fc.property(userId, (id) => {
      const key = userKeyOf(id);
      expect(userKeyOf(key) === key).toBe(id === key);
    }),
  );
});
