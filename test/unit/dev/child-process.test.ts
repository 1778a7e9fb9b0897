import { runToEnd, startChild, untilReady } from '../../../dev/child-process';
import { hasEnded } from './has-ended';

const sh = (script: string) => ({ name: 'a server', command: '/bin/sh', args: ['-c', script] });

test('a child is asked to end in order', async () => {
  const child = await startChild(
    sh('trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.02; done'),
  );
  await untilReady(child, async () => child.tail() === 'up', { seconds: 5 });
  await Promise.all([child.stop(), child.stop()]);
  expect(await child.ended).toEqual({ code: 7, signal: null });
  expect(child.tail()).toBe('up\nbye');
});

test('a child that ignores the request is killed after its grace', async () => {
  const child = await startChild({
    ...sh('trap "" TERM; echo up; while :; do sleep 0.02; done'),
    graceSeconds: 0.1,
  });
  await untilReady(child, async () => child.tail() === 'up', { seconds: 5 });
  await child.stop();
  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' });
  expect(hasEnded(child.pid)).toBe(true);
});

test('stopping a child that has already ended is harmless', async () => {
  const child = await startChild(sh('exit 3'));
  expect(await child.ended).toEqual({ code: 3, signal: null });
  await child.stop();
});

test('a child that ends before it is ready is reported with its last lines', async () => {
  const child = await startChild(sh('echo "address already in use" >&2; exit 1'));
  await expect(untilReady(child, async () => false, { seconds: 5 })).rejects.toThrow(
    'a server ended with exit code 1:\naddress already in use',
  );
});

test('a child that is not ready in time is reported with the reason of the last probe', async () => {
  const child = await startChild(sh('echo starting; exec sleep 60'));
  const refused = async () => {
    throw new Error('refused');
  };
  await expect(untilReady(child, refused, { seconds: 0.2 })).rejects.toThrow(
    'a server not ready after 0.2 s (Error: refused):\nstarting',
  );
  await child.stop();
});

test('a program that does not exist is named', async () => {
  await expect(runToEnd({ name: 'a tool', command: '/no/such/program', args: [] })).rejects.toThrow(
    'a tool: cannot start /no/such/program',
  );
});
