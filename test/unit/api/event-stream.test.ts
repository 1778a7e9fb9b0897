import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import Koa from 'koa';
import { EventStream, sendSpecial } from '../../../api/replies';
import { eventually } from '../../eventually';
import { serve, stopServing } from './http-server';

const IDLE_MS = 300;

const sockets: Socket[] = [];
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await stopServing();
});

/** A client of a stream that is written by `write`, every few milliseconds. */
async function listener(write: (stream: PassThrough) => void) {
  const stream = new PassThrough();
  const app = new Koa();
  app.silent = true;
  app.use((ctx) => sendSpecial(ctx, new EventStream(stream, IDLE_MS)));
  const { port, hostname } = new URL(await serve(app));
  const timer = setInterval(() => write(stream), 10);
  stream.on('close', () => clearInterval(timer));
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return { stream, socket };
}

const isOpen = ({ stream, socket }: { stream: PassThrough; socket: Socket }) =>
  !stream.closed && !socket.closed;

test('a client that never reads is cut off, and its stream is closed', async () => {
  // As much as the system takes on the way, then nothing more.
  const client = await listener((stream) => {
    while (!stream.writableNeedDrain && !stream.closed) stream.write('x'.repeat(16_384));
  });
  client.socket.pause();
  await eventually('the stream is closed', () => client.stream.closed || undefined);
});

test('a client that has been sent the end, and never reads it, is cut off too', async () => {
  const client = await listener((stream) => {
    if (stream.writableEnded) return;
    for (let sent = 0; sent < 1_000; sent += 1) stream.write('x'.repeat(16_384));
    stream.end();
  });
  client.socket.pause();
  client.socket.on('error', () => undefined);
  await eventually('the stream is closed', () => client.stream.closed || undefined);
});

test('a client that reads what comes now and then is not', async () => {
  const begun = performance.now();
  let beats = 0;
  const client = await listener((stream) => {
    if (performance.now() - begun < beats * (IDLE_MS / 3)) return;
    beats += 1;
    stream.write(': still here\n\n');
  });
  client.socket.resume();
  await eventually('ten heartbeats', () => beats >= 10 || undefined);
  expect(isOpen(client)).toBe(true);
  client.socket.destroy();
  await eventually('the stream is closed', () => client.stream.closed || undefined);
});
