import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { createSendWebhook, type SendWebhookOptions } from '../../../webhooks/send-webhook';
import { hang, startWebhookReceiver, status, type WebhookReceiver } from '../../webhook-receiver';
import { TEST_CERTIFICATE } from './test-certificate';

const NO_SIGNAL = new AbortController().signal;

const OPTIONS: SendWebhookOptions = {
  allowLoopback: true,
  userAgent: 'test',
  resolve: async () => {
    throw new Error('Nothing is to be resolved');
  },
};

/** Sends to a URL; returns the answer, or why there is none. */
async function send(url: string, options: Partial<SendWebhookOptions> = {}, signal = NO_SIGNAL) {
  const request = { url, headers: { 'webhook-id': 'msg-1' }, body: '{"type":"ü"}' };
  try {
    return await createSendWebhook({ ...OPTIONS, ...options })(request, signal);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
beforeEach(() => receiver.answerAlways(status(200)));
afterAll(() => receiver.close());

test('posts the body as it is, with its headers', async () => {
  expect(await send(receiver.url)).toEqual({ status: 200, retryAfter: null });
  expect(receiver.received.at(-1)).toMatchObject({
    body: '{"type":"ü"}',
    headers: {
      'webhook-id': 'msg-1',
      'content-type': 'application/json',
      'content-length': '13',
      'user-agent': 'test',
    },
  });
});

test('follows no redirect', async () => {
  const before = receiver.received.length;
  receiver.answerNext(status(307, { location: `${receiver.url}/elsewhere` }));
  expect(await send(receiver.url)).toMatchObject({ status: 307 });
  expect(receiver.received).toHaveLength(before + 1);
});

test('tells when the receiver wants to be asked again', async () => {
  receiver.answerNext(status(503, { 'retry-after': '120' }));
  expect(await send(receiver.url)).toEqual({ status: 503, retryAfter: '120' });
});

describe('gives up on', () => {
  const soon = { timeoutMs: 200 };

  test('an answer that does not come', async () => {
    receiver.answerNext(hang);
    expect(await send(receiver.url, soon)).toMatch(/does not answer within 0.2 s/);
  });

  test('headers that come drop by drop', async () => {
    const drops = new Set<NodeJS.Timeout>();
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 200 OK\r\n');
      drops.add(setInterval(() => socket.write('x: y\r\n'), 20));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await send(`http://127.0.0.1:${port}/`, soon)).toMatch(/does not answer within 0.2 s/);
    for (const timer of drops) clearInterval(timer);
    server.close();
  });

  test('a name that nobody resolves', async () => {
    const resolve = (_: string, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cancelled')));
      });
    expect(await send('https://example.com/', { ...soon, resolve })).toMatch(
      /does not answer within 0.2 s/,
    );
  });

  test('everything when the caller aborts', async () => {
    const controller = new AbortController();
    receiver.answerNext(() => controller.abort(new Error('shut down')));
    expect(await send(receiver.url, {}, controller.signal)).toBe('Error: shut down');
  });
});

describe('takes the status, and leaves the body of', () => {
  test('a gigabyte', async () => {
    let written = 0;
    const closed = new Promise<void>((resolve) => {
      receiver.answerNext((response) => {
        const chunk = Buffer.alloc(64 * 1024);
        const more = () => {
          while (written < 1e9 && !response.destroyed && response.write(chunk)) {
            written += chunk.byteLength;
          }
        };
        response.on('drain', more).on('close', resolve).writeHead(200);
        more();
      });
    });
    expect(await send(receiver.url)).toMatchObject({ status: 200 });
    await closed;
    // What fits into the buffers of two sockets, far from a gigabyte.
    expect(written).toBeLessThan(50e6);
  });

  test('one that does not end', async () => {
    receiver.answerNext((response) => {
      response.writeHead(202).write('a');
    });
    const begun = performance.now();
    expect(await send(receiver.url)).toMatchObject({ status: 202 });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('one that breaks off', async () => {
    receiver.answerNext((response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('a', () => response.destroy());
    });
    expect(await send(receiver.url)).toMatchObject({ status: 200 });
  });
});

describe('says why there is no answer', () => {
  test('a closed port', async () => {
    const gone = await startWebhookReceiver();
    await gone.close();
    expect(await send(gone.url)).toBe(
      'WebhookUnreachable: The receiver refuses the connection (ECONNREFUSED)',
    );
  });

  test('a connection that is cut', async () => {
    receiver.answerNext((response) => response.destroy());
    expect(await send(receiver.url)).toMatch(/closed the connection without an answer/);
  });

  test('a name without an address', async () => {
    const resolve = async () => {
      throw Object.assign(new Error('queryA ENOTFOUND secret.example'), { code: 'ENOTFOUND' });
    };
    const why = await send('https://example.com/', { resolve });
    expect(why).toBe('WebhookUnreachable: The name of the receiver cannot be resolved (ENOTFOUND)');
  });

  test('plain HTTP where TLS was expected', async () => {
    const url = receiver.url.replace('http:', 'https:');
    expect(await send(url)).toMatch(/does not speak TLS as it should/);
  });
});

describe('over TLS', () => {
  let secure: WebhookReceiver;
  beforeAll(async () => {
    secure = await startWebhookReceiver(TEST_CERTIFICATE);
  });
  afterAll(() => secure.close());

  const urlOf = (host: string) => `https://${host}:${secure.port}/`;

  test('the address that was checked is the one that is connected to, under the name of the receiver', async () => {
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const answer = await send(urlOf('hooks.example.com'), {
      ca: TEST_CERTIFICATE.cert,
      resolve: async () => answers.shift() ?? [],
      isAllowed: (address) => address === '127.0.0.1',
    });
    expect(answer).toMatchObject({ status: 200 });
    expect(answers).toHaveLength(1);
    expect(secure.received.at(-1)?.headers.host).toBe(`hooks.example.com:${secure.port}`);
  });

  test('of several addresses the next one is tried', async () => {
    const answer = await send(urlOf('hooks.example.com'), {
      ca: TEST_CERTIFICATE.cert,
      // Nothing listens on the first.
      resolve: async () => ['127.0.0.77', '127.0.0.1'],
      isAllowed: () => true,
    });
    expect(answer).toMatchObject({ status: 200 });
  });

  test('a certificate that nobody vouches for is refused, also where the process is told to accept it', async () => {
    const before = secure.received.length;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await send(secure.url)).toMatch(/certificate of the receiver is not valid/);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect(secure.received).toHaveLength(before);
  });

  test('a certificate for another name is refused', async () => {
    const why = await send(urlOf('localhost'), { ca: TEST_CERTIFICATE.cert });
    expect(why).toMatch(
      /certificate of the receiver is not valid \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    );
  });
});

describe('connects to nothing private', () => {
  test.each([
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['169.254.169.254'],
    ['10.0.0.1'],
    ['1.1.1.1', '127.0.0.1'],
    [],
  ])('where a name resolves to %s %s', async (...addresses) => {
    const before = receiver.connections();
    for (const allowLoopback of [false, true]) {
      const resolve = async () => addresses.filter((address) => address !== undefined);
      const url = `https://example.com:${receiver.port}/`;
      expect(await send(url, { resolve, allowLoopback })).toBe(
        'WebhookUnreachable: The name of the receiver leads to a private network',
      );
    }
    expect(receiver.connections()).toBe(before);
  });

  test('where a URL was kept from when this machine was allowed', async () => {
    const before = receiver.connections();
    expect(await send(receiver.url, { allowLoopback: false })).toMatch(/must begin with https/);
    expect(receiver.connections()).toBe(before);
  });
});
