import { CancelledFailure } from '@temporalio/common';
import { settleAll } from '../../../workflows/settle-all';

test('all that succeed settle together', async () => {
  await expect(settleAll([Promise.resolve(1), Promise.resolve('x')])).resolves.toBeUndefined();
  await expect(settleAll([])).resolves.toBeUndefined();
});

test('a failure is thrown only when the others have ended too', async () => {
  const fault = new Error('first');
  let end: () => void = () => undefined;
  let open = true;
  const slow = new Promise<void>((resolve) => {
    end = resolve;
  }).then(() => {
    open = false;
  });
  const all = settleAll([Promise.reject(fault), slow]).catch((error: unknown) => ({ error, open }));
  await Promise.resolve();
  expect(open).toBe(true);
  end();
  expect(await all).toEqual({ error: fault, open: false });
});

test('a cancellation goes before every other failure', async () => {
  const cancelled = new CancelledFailure('Cancelled');
  const work = [Promise.reject(new Error('fault')), Promise.reject(cancelled)];
  await expect(settleAll(work)).rejects.toBe(cancelled);
});
