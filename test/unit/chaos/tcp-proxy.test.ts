import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { startTcpProxy, type TcpProxy } from '../../tcp-proxy';

const server = createServer((socket) => socket.pipe(socket));
let line: TcpProxy;
let client: Socket;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  line = await startTcpProxy('127.0.0.1', address.port);
  client = connect(line.port, '127.0.0.1');
  client.setEncoding('utf8');
  await once(client, 'connect');
});
afterAll(async () => {
  client.destroy();
  await line.close();
  await new Promise((resolve) => server.close(resolve));
});

async function received(length: number): Promise<string> {
  let text = '';
  while (text.length < length) {
    const [piece] = await once(client, 'data');
    text += String(piece);
  }
  return text;
}

test('what is sent over a stalled line comes once it is whole again, in order and on the same connection', async () => {
  client.write('a');
  expect(await received(1)).toBe('a');
  line.stall();
  client.write('b');
  client.write('c');
  const late = received(3);
  await line.restore();
  client.write('d');
  expect(await late).toBe('bcd');
});
