import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Koa from 'koa';
import { CsvFile, type ReaderPatience, sendCsv } from '../../../api/csv';
import { eventually } from '../../eventually';
import { serve, stopServing } from './http-server';

const HOUR = 3_600_000;

const sockets: Socket[] = [];
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await stopServing();
});

interface Watched {
  /** How often the place was given back. */
  ends: number;
  /** Whether rows are asked for no more. */
  isLeft: boolean;
}

/** A file without end, or of one line. */
async function* lines(watched: Watched, isEndless: boolean) {
  try {
    do yield 'x'.repeat(65_536);
    while (isEndless);
  } finally {
    watched.isLeft = true;
  }
}

async function reader(patience: ReaderPatience, { method = 'GET', isEndless = true } = {}) {
  const watched: Watched = { ends: 0, isLeft: false };
  const app = new Koa();
  app.silent = true;
  app.use((ctx) => {
    const onEnd = () => {
      watched.ends += 1;
    };
    sendCsv(ctx, new CsvFile('a.csv', lines(watched, isEndless), onEnd), patience);
  });
  const { port, hostname } = new URL(await serve(app));
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.write(`${method} / HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return { watched, socket };
}

const isOver = ({ ends, isLeft }: Watched) => (ends === 1 && isLeft) || undefined;

test('a reader that takes nothing is cut off, and its place is free', async () => {
  const { watched, socket } = await reader({ idleMs: 300, longestMs: HOUR });
  socket.pause();
  await eventually('its end', () => isOver(watched));
});

test('a reader that takes too long is cut off, however much it takes', async () => {
  const { watched, socket } = await reader({ idleMs: HOUR, longestMs: 300 });
  let text = '';
  socket.on('data', (data) => {
    text = data.toString('latin1');
  });
  await eventually('its end', () => isOver(watched));
  await eventually('the connection closes', () => socket.closed || undefined);
  // The last chunk, by which a file is told from a part of one.
  expect(text.endsWith('0\r\n\r\n')).toBe(false);
});

test('a reader that leaves frees its place', async () => {
  const { watched, socket } = await reader({});
  await once(socket, 'data');
  socket.destroy();
  await eventually('its end', () => isOver(watched));
});

test('a file that has been sent whole frees its place, and one of which only the headers were asked for', async () => {
  const whole = await reader({}, { isEndless: false });
  await eventually('its end', () => isOver(whole.watched));
  const headers = await reader({}, { method: 'HEAD' });
  await eventually('its end', () => headers.watched.ends === 1 || undefined);
  expect(headers.socket.closed || whole.socket.closed).toBe(false);
});
