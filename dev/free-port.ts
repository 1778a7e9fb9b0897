import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that nothing listens on: the preferred one if it is free, else one that the
 * system picks. The port is not held: start the server on it soon.
 */
export async function freePort(preferred: number): Promise<number> {
  // macOS lets 127.0.0.1 be bound beside a server that listens on all addresses, so binding alone tells
  // too little there: ask first whether somebody answers.
  const preferredIsFree = preferred !== 0 && !(await answers(preferred));
  const port = preferredIsFree ? await bindable(preferred) : undefined;
  return port ?? (await bindable(0)) ?? Promise.reject(new Error('No free port on 127.0.0.1'));
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // refused: nobody there
  } finally {
    socket.destroy();
  }
}

async function bindable(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return undefined; // taken, or a port that needs more rights
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? address?.port : undefined;
}
