import { createServer, connect as openSocket, type Socket } from 'node:net';

export interface TransactionPooler {
  port: number;
  close(): Promise<void>;
}

/** AuthenticationOk, and ReadyForQuery outside of a transaction. */
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

const TERMINATE = 0x58;
const READY = 0x5a;
const IDLE = 0x49;

/**
 * The least of a pooler that shares sessions by transaction, as PgBouncer can be told to: one session with PostgreSQL
 * for all of its clients, each of which has it until its transaction has ended. The first client signs in.
 */
export async function startTransactionPooler(postgresPort: number): Promise<TransactionPooler> {
  const upstream = openSocket(postgresPort, '127.0.0.1');
  const sockets = new Set<Socket>([upstream]);
  const turns: (() => void)[] = [];
  let holder: Socket | undefined;
  let isSignedIn = false;

  const release = () => {
    holder = undefined;
    turns.shift()?.();
  };
  const acquire = async (client: Socket) => {
    while (holder !== undefined && holder !== client) {
      await new Promise<void>((resolve) => turns.push(resolve));
    }
    holder = client;
  };

  upstream.on(
    'data',
    framed((frame) => {
      holder?.write(frame);
      if (frame[0] !== READY) return;
      isSignedIn = true;
      if (frame[5] === IDLE) release();
    }),
  );
  upstream.on('error', () => undefined);

  const server = createServer((client) => {
    sockets.add(client);
    let hasStarted = false;
    let work = Promise.resolve();
    const onFrame = framed((frame) => {
      if (frame[0] === TERMINATE) return void client.end();
      work = work.then(async () => {
        await acquire(client);
        upstream.write(frame);
      });
    });
    client.on('error', () => undefined);
    client.on('data', (data) => {
      if (hasStarted) return onFrame(data);
      // The start-up message, which comes alone: the client waits for an answer.
      hasStarted = true;
      work = work.then(async () => {
        await acquire(client);
        if (!isSignedIn) return void upstream.write(data);
        client.write(WELCOME);
        release();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The pooler has no port');
  return {
    port: address.port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Cuts what comes into messages of PostgreSQL's protocol: a letter, a length, a body. */
function framed(onFrame: (frame: Buffer) => void): (data: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
      const end = 1 + rest.readUInt32BE(1);
      onFrame(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}
