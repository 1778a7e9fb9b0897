import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as passed } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { AmazonUnavailable, MalformedAnswer } from '../../../amazon/errors';
import {
  collect,
  deferred,
  errorOf,
  type LocalAmazon,
  never,
  sendJson,
  startLocalAmazon,
} from './local-amazon';

let local: LocalAmazon;
afterEach(() => local.close());

interface Served {
  download?: (response: ServerResponse) => void;
  compressionAlgorithm?: string;
  url?: string;
  timeoutMs?: number;
}

/** A local Amazon with one document, whose download answers as told. */
async function serve({ download, compressionAlgorithm, url, timeoutMs = 5_000 }: Served) {
  local = await startLocalAmazon({
    settings: { timeoutMs },
    api: ({ path }, response) => {
      if (path === '/file') return download?.(response);
      const document = { reportDocumentId: 'd', url: url ?? `${local.url}/file?signature=s3cret` };
      sendJson(response, 200, { ...document, compressionAlgorithm });
    },
  });
  return local.seller;
}

const read = async (served: Served) => {
  const seller = await serve(served);
  return (await collect(await seller.openDocument('d', never()))).join('');
};

const send = (body: Uint8Array, headers: Record<string, string> = {}) => ({
  download: (response: ServerResponse) => void response.writeHead(200, headers).end(body),
});

test('a gzip document is unpacked, and its host gets no token', async () => {
  const packed = gzipSync('a\tb\nü\t"\n');
  expect(await read({ ...send(packed), compressionAlgorithm: 'GZIP' })).toBe('a\tb\nü\t"\n');
  const download = local.requests.find(({ path }) => path === '/file');
  expect(download?.headers['x-amz-access-token']).toBeUndefined();
  expect(JSON.stringify(download?.headers)).not.toContain('Atz');
});

test('a redirect is not followed', async () => {
  const error = await errorOf(
    read({ download: (to) => void to.writeHead(302, { location: '/elsewhere' }).end() }),
  );
  expect(error).toBeInstanceOf(AmazonUnavailable);
  expect(local.requests.map(({ path }) => path)).not.toContain('/elsewhere');
});

test('a document that HTTP packed as well is unpacked once', async () => {
  const served = send(gzipSync('text'), { 'content-encoding': 'gzip' });
  expect(await read({ ...served, compressionAlgorithm: 'GZIP' })).toBe('text');
});

test.each([
  ['text/plain;charset=UTF-8', Buffer.from('\uFEFFprix 5 €'), 'prix 5 €'],
  ['text/plain', Buffer.from('prix 5 €'), 'prix 5 €'],
  ['text/plain; charset="Cp1252"', Buffer.from([0xe9, 0x20, 0x80, 0x93]), 'é €“'],
  ['text/plain;charset=Shift_JIS', Buffer.from([0x83, 0x65, 0x83, 0x58, 0x87, 0x40]), 'テス①'],
  ['text/plain;charset=cp932', Buffer.from([0x83, 0x65]), 'テ'],
])('%s is decoded', async (type, body, text) => {
  expect(await read(send(body, { 'content-type': type }))).toBe(text);
});

test('a character that two chunks share is one character', async () => {
  const bytes = Buffer.from('ä€語');
  const download = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/plain;charset=UTF-8' });
    const next = (at: number): void => {
      if (at === bytes.length) return void response.end();
      response.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1));
    };
    next(0);
  };
  expect(await read({ download })).toBe('ä€語');
});

test.each([
  ['bad UTF-8', { ...send(Buffer.from([0x61, 0xff, 0x62])) }],
  ['UTF-8 that ends inside a character', { ...send(Buffer.from([0x61, 0xc3])) }],
  ['an unknown charset', { ...send(Buffer.from('a'), { 'content-type': 'text/plain;charset=x' }) }],
  ['an unknown compression', { ...send(Buffer.from('a')), compressionAlgorithm: 'ZSTD' }],
  ['an unknown compression of HTTP', { ...send(Buffer.from('a'), { 'content-encoding': 'br' }) }],
  ['an address elsewhere', { url: 'https://example.com/file' }],
])('%s is a malformed answer', async (_, served) => {
  const error = await errorOf(read(served));
  expect(error).toBeInstanceOf(MalformedAnswer);
  expect(error).toMatchObject({ operation: 'downloadDocument', requestId: 'request-1' });
});

const packed = gzipSync(Buffer.alloc(300_000, 'some text of a report\n'));
const corrupt = Buffer.from(packed);
corrupt.fill(0xff, 100, 200);

test.each([
  ['truncated gzip', { ...send(packed.subarray(0, 500)), compressionAlgorithm: 'GZIP' }],
  ['nothing where gzip was said', { ...send(Buffer.alloc(0)), compressionAlgorithm: 'GZIP' }],
  ['an expired URL', { download: (to: ServerResponse) => void to.writeHead(403).end('<Error/>') }],
  [
    'a connection that breaks off',
    {
      download: (to: ServerResponse) => {
        to.writeHead(200, { 'content-length': '1000' });
        to.write('some', () => to.socket?.resetAndDestroy());
      },
    },
  ],
  [
    'a download that stalls',
    { timeoutMs: 100, download: (to: ServerResponse) => void to.writeHead(200).write('some') },
  ],
  ['a download that never begins', { timeoutMs: 100, download: () => undefined }],
])('%s may pass', async (_, served) => {
  const error = await errorOf(read(served));
  expect(error).toBeInstanceOf(AmazonUnavailable);
  expect(String(error)).not.toMatch(/s3cret|127\.0\.0\.1/);
});

test.each([
  ['corrupt gzip', corrupt],
  ['no gzip at all', Buffer.from('text')],
])('%s is a file that cannot be read', async (_, file) => {
  const error = await errorOf(read({ ...send(file), compressionAlgorithm: 'GZIP' }));
  expect(error).toBeInstanceOf(MalformedAnswer);
});

test.each([
  ['a file', {}, 'GZIP'],
  ['what HTTP has packed', { 'content-encoding': 'gzip' }, undefined],
])(
  '%s that unpacks to more than a report ever does is given up, not filled into memory or disk',
  async (_, headers, compressionAlgorithm) => {
    // 150 MB of empty lines in 150 KB, as gzip allows.
    const bomb = Buffer.concat(Array(150).fill(gzipSync(Buffer.alloc(1024 * 1024, '\n'))));
    let bytes = 0;
    const seller = await serve({ ...send(bomb, headers), compressionAlgorithm });
    const text = await seller.openDocument('d', never());
    const error = await errorOf(
      (async () => {
        for await (const piece of text) bytes += piece.length;
      })(),
    );
    expect(error).toBeInstanceOf(MalformedAnswer);
    expect(error).toMatchObject({ requestId: 'request-1' });
    expect(bytes).toBeLessThan(70 * 1024 * 1024);
  },
);

test('the time limit counts from chunk to chunk, not for the whole', async () => {
  const chunks = 6;
  const seller = await serve({
    timeoutMs: 600,
    download: (response) => {
      const next = (left: number): void => {
        if (left === 0) return void response.end();
        response.write('x'.repeat(1000), () => setTimeout(next, 150, left - 1));
      };
      next(chunks);
    },
  });
  const startedAt = performance.now();
  const text = await collect(await seller.openDocument('d', never()));
  expect(text.join('')).toHaveLength(chunks * 1000);
  expect(performance.now() - startedAt).toBeGreaterThan(600);
});

test('an abort in the middle of a download stays an abort', async () => {
  const seller = await serve({
    compressionAlgorithm: 'GZIP',
    download: (response) => void response.writeHead(200).write(packed.subarray(0, 300)),
  });
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const text = await seller.openDocument('d', controller.signal);
  const failed = errorOf(collect(text));
  controller.abort(reason);
  expect(await failed).toBe(reason);
});

test.each([
  ['plain', undefined, Buffer.alloc(10_000, 'x')],
  ['gzip', 'GZIP', gzipSync(randomBytes(10_000).toString('hex'))],
])('a reader who leaves a %s download early ends it', async (_, compressionAlgorithm, piece) => {
  const closed = deferred<void>();
  const seller = await serve({
    compressionAlgorithm,
    download: (response) => {
      response.on('close', () => closed.resolve());
      const more = () => {
        if (!response.destroyed) response.write(piece, more);
      };
      more();
    },
  });
  for await (const _text of await seller.openDocument('d', never())) break;
  await closed.promise;
});

describe('a download is told of once, when it has ended, without its address', () => {
  const told = (status: number | null, bytes: number) => [
    {
      operation: 'downloadDocument',
      status,
      requestId: 'request-1',
      milliseconds: expect.any(Number),
      waitedMs: expect.any(Number),
      bytes,
    },
  ];
  const file = gzipSync('text');

  test.each<[string, Served, ReturnType<typeof told>]>([
    [
      'as packed as it came',
      { ...send(file), compressionAlgorithm: 'GZIP' },
      told(200, file.length),
    ],
    ['that is refused', { download: (to) => void to.writeHead(403).end('<Error/>') }, told(403, 0)],
    ['that never begins', { timeoutMs: 1_000, download: () => undefined }, told(null, 0)],
    [
      'that breaks off',
      {
        download: (to) => {
          to.writeHead(200, { 'content-length': '1000' });
          to.write('some', () => to.socket?.resetAndDestroy());
        },
      },
      [expect.objectContaining({ status: null })],
    ],
  ])('%s', async (_, served, downloads) => {
    await read(served).catch(() => undefined);
    expect(local.told.downloads).toEqual(downloads);
  });

  test('without the time that its reader took', async () => {
    const seller = await serve(send(Buffer.from('text')));
    const pause = 300;
    for await (const _text of await seller.openDocument('d', never())) await passed(pause);
    const [download] = local.told.downloads;
    expect(download?.milliseconds).toBeGreaterThanOrEqual(pause - 1);
    const { milliseconds = 0, waitedMs = 0 } = download ?? {};
    // Timers end within a millisecond of their time, and both figures are rounded.
    expect(milliseconds - waitedMs).toBeGreaterThanOrEqual(pause - 3);
  });

  test('that its reader leaves early', async () => {
    const seller = await serve(send(Buffer.alloc(1_000_000, 'x')));
    for await (const _text of await seller.openDocument('d', never())) break;
    const [{ bytes = 0 } = {}] = local.told.downloads;
    expect(local.told.downloads).toMatchObject([{ status: 200 }]);
    expect(bytes).toBeGreaterThan(0);
  });
});
