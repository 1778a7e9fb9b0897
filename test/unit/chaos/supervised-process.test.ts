import { startChild } from '../../../dev/child-process';
import { SupervisedProcess, untilUp } from '../../chaos/supervised-process';

test('a process that cannot start is given up, with what it said last', async () => {
  const program = "console.log('first'); console.error('PORT must be a number'); process.exit(1)";
  const process = new SupervisedProcess(
    'api-1',
    async () => {
      const args = ['-e', program];
      const child = await startChild({ name: 'api-1', command: globalThis.process.execPath, args });
      return { ...child, isReady: () => false };
    },
    () => undefined,
  );
  await expect(untilUp([process], new AbortController().signal)).rejects.toThrow(
    /api-1 does not come up: .*\n(first\n)?PORT must be a number/,
  );
  await process.stop();
});
