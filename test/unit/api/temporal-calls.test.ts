import { createServer, type Socket } from 'node:net';
import { Connection, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  BOUNDED_CONNECTION,
  createTemporalCalls,
  TemporalUnavailable,
} from '../../../api/temporal-calls';

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

/** A port behind which nothing speaks gRPC: it answers nothing, or is closed. */
async function deadPort(kind: 'silent' | 'closed'): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = () =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(resolve);
    });
  if (kind === 'closed') await close();
  else closings.push(close);
  return address.port;
}

function callsTo(port: number) {
  const connection = Connection.lazy({ address: `127.0.0.1:${port}`, ...BOUNDED_CONNECTION });
  closings.unshift(() => connection.close());
  return { calls: createTemporalCalls(connection), connection };
}

test.each(['silent', 'closed'] as const)(
  'a server behind a %s port is out of reach, and a caller knows it in time',
  async (kind) => {
    const { calls, connection } = callsTo(await deadPort(kind));
    const began = performance.now();
    const call = calls.within(500, () => {
      const answer = connection.workflowService.getSystemInfo({});
      // The SDK goes on trying after we gave up, and throws from its timer if the connection is closed then.
      closings.unshift(() => answer.catch(() => undefined));
      return answer;
    });
    await expect(call).rejects.toThrow(TemporalUnavailable);
    expect(performance.now() - began).toBeLessThan(1_500);
  },
);

test('a call that never settles is given up', async () => {
  const { calls } = callsTo(await deadPort('closed'));
  const call = calls.within(50, () => new Promise<never>(() => undefined));
  await expect(call).rejects.toThrow(TemporalUnavailable);
});

test('an answer passes as it is', async () => {
  const { calls } = callsTo(await deadPort('closed'));
  expect(await calls.within(500, async () => 'answer')).toBe('answer');
});

test('an error that means something passes as it is', async () => {
  const { calls } = callsTo(await deadPort('closed'));
  const meant = new WorkflowExecutionAlreadyStartedError('started', 'amazon-sync-user123', 'sync');
  const call = calls.within(500, async () => {
    throw meant;
  });
  await expect(call).rejects.toBe(meant);
});
