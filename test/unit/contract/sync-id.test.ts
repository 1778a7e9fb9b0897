import fc from 'fast-check';
import { amazonSyncWorkflowId } from '../../../contract/amazon-sync-workflow-id';
import { isSyncIdOf, syncIdOf } from '../../../contract/sync-id';
import { userKeyOf } from '../../../contract/user-key';

const userKey = fc.string({ unit: 'binary', maxLength: 70 }).map(userKeyOf);
const epochMs = fc.integer({ min: 0, max: 8_640_000_000_000_000 });

test('a sync id names the user and the moment', () => {
  expect(syncIdOf('user123', 1702345678901)).toBe('sync_user123_1702345678901');
});

test('a workflow id derives from the user alone', () => {
  expect(amazonSyncWorkflowId('user123')).toBe('amazon-sync-user123');
});

test('a sync id needs no encoding in a URL path', () => {
  fc.assert(
    fc.property(userKey, epochMs, (key, at) => {
      const id = syncIdOf(key, at);
      expect(encodeURIComponent(id)).toBe(id);
    }),
  );
});

test('a sync id is its own user’s and nobody else’s', () => {
  // Keys of few letters, so that one often is the beginning of another.
  const close = fc.stringMatching(/^[a1_]{1,6}$/);
  fc.assert(
    fc.property(fc.oneof(userKey, close), fc.oneof(userKey, close), epochMs, (owner, other, at) => {
      expect(isSyncIdOf(owner, syncIdOf(owner, at))).toBe(true);
      expect(isSyncIdOf(other, syncIdOf(owner, at))).toBe(other === owner);
    }),
  );
});

test.each([
  '',
  'sync_user123_',
  'sync_user123',
  'user123_1702345678901',
  'sync_user1234_1702345678901',
  'sync_user12_3_1702345678901',
  'sync_user123__1702345678901',
  'sync_USER123_1702345678901',
  'SYNC_user123_1702345678901',
  ' sync_user123_1702345678901',
  'sync_user123_1702345678901 ',
  'sync_user123_1702345678901\n',
  'sync_user123_-1',
  'sync_user123_1.5',
  'sync_user123_1e3',
  'sync_user123_17023456789010000',
  'sync_user123_１７０２',
  'sync_user123_1702345678901/../sync_other_1',
  'sync_user123_1702345678901\0',
])('%j is no sync id of user123', (syncId) => {
  expect(isSyncIdOf('user123', syncId)).toBe(false);
});
