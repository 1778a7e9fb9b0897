import { connect, createServer, type Socket } from 'node:net';

/** Stands between two servers, to cut or freeze the line between them. */
export interface TcpProxy {
  port: number;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Keeps connections open and lets nothing through. */
  freeze(): void;
  restore(): Promise<void>;
  close(): Promise<void>;
}

export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((client) => {
    const target = connect(port, host);
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    client.on('data', (chunk) => frozen || target.write(chunk));
    target.on('data', (chunk) => frozen || client.write(chunk));
  });
  const listen = (on: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(on, '127.0.0.1', resolve);
    });
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  return {
    port: address.port,
    cut: stop,
    freeze() {
      frozen = true;
    },
    async restore() {
      frozen = false;
      // What was sent while frozen is lost; connections that missed it would never make sense again.
      for (const socket of sockets) socket.destroy();
      if (!server.listening) await listen(address.port);
    },
    async close() {
      if (server.listening) await stop();
    },
  };
}
