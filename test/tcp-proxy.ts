import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** Stands between two servers, to cut, freeze or slow down the line between them. */
export interface TcpProxy {
  port: number;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Keeps connections open and lets nothing through. */
  freeze(): void;
  /** Keeps what comes, and lets it through, in order, once the line is whole again: nothing is lost. */
  stall(): void;
  /** Lets every piece through so many milliseconds later, in order. */
  slow(milliseconds: number): void;
  restore(): Promise<void>;
  /** Connects from now on to another port: the server has been started anew. */
  aim(port: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const line: Line = { target: port, frozen: false, delay: 0, stall: undefined };
  const server = createServer((client) => {
    const target = connect(line.target, host);
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      const pass = inOrder(line);
      from.on('data', (chunk) => line.frozen || pass(() => to.destroyed || to.write(chunk)));
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        // What is still on its way arrives before the end does.
        pass(() => to.destroySoon());
      });
    }
  });
  const listen = async (on: number) => {
    server.listen(on, '127.0.0.1');
    await once(server, 'listening');
  };
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
      line.frozen = true;
    },
    stall() {
      line.stall ??= startStall();
    },
    slow(milliseconds) {
      line.delay = milliseconds;
    },
    async restore() {
      const { frozen, stall } = line;
      Object.assign(line, { frozen: false, delay: 0, stall: undefined });
      stall?.end();
      // What was sent while frozen is lost; connections that missed it would never make sense again.
      if (frozen) for (const socket of sockets) socket.destroy();
      if (!server.listening) await listen(address.port);
    },
    aim(other) {
      line.target = other;
    },
    async close() {
      if (server.listening) await stop();
    },
  };
}

interface Line {
  target: number;
  frozen: boolean;
  /** Milliseconds. */
  delay: number;
  /** Lasts until the line is whole again. */
  stall: Stall | undefined;
}

interface Stall {
  over: Promise<void>;
  end: () => void;
}

function startStall(): Stall {
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { over, end };
}

/** Does one thing after the other, each when the delay or stall that it met has passed; at once where there is none. */
function inOrder(line: Readonly<Line>): (act: () => void) => void {
  let waiting = 0;
  let last = Promise.resolve();
  return (act) => {
    if (line.delay === 0 && line.stall === undefined && waiting === 0) return act();
    waiting += 1;
    const due = Promise.all([setTimeout(line.delay), line.stall?.over]);
    last = last
      .then(() => due)
      .then(() => {
        waiting -= 1;
        act();
      });
  };
}
