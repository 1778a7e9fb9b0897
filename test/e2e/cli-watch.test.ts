import { createServer, type RequestListener, type Server } from 'node:http';
import { SyncStatusBody } from '../../contract/sync-status';
import { eventually } from '../eventually';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy';
import { start } from './bodies';
import { CLI, type CliEnd, startCli } from './cli-process';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

let stack: TestStack;
/** Before the API, to take it away. */
let line: TcpProxy;
let ahead = 0;

beforeAll(async () => {
  stack = await startTestStack({ now: () => Date.now() + ahead });
  await stack.startWorker();
  line = await startTcpProxy('127.0.0.1', stack.api.port);
});
afterEach(async () => {
  ahead = 0;
  stack.sandbox.clearFaults();
  await line.restore();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(async () => {
  await line?.close();
  await stack?.stop();
});

const servers: Server[] = [];

/** Something that stands where the service should. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return `http://127.0.0.1:${address.port}`;
}

const envOf = (who: Pick<TestUser, 'cookie'>, url = `http://127.0.0.1:${line.port}`) => ({
  AMAZON_SYNC_URL: url,
  AMAZON_SYNC_TOKEN: who.cookie,
});

/** Somebody with a sync that does not end until it is released. */
async function heldSync() {
  const user = await stack.user(await stack.newSeller());
  const fault = stack.sandbox.setFault({
    operation: 'searchOrders',
    times: null,
    effect: { kind: 'status', status: 503 },
  });
  const syncId = await start(user.client);
  return { user, syncId, release: () => fault.remove() };
}

function statusesOf({ out }: CliEnd): SyncStatusBody[] {
  return out
    .trim()
    .split('\n')
    .map((one) => SyncStatusBody.parse(JSON.parse(one)));
}

test('a sync is watched over a service that goes away and comes back', async () => {
  const { user, syncId, release } = await heldSync();
  const watching = startCli(['watch', syncId], envOf(user));
  await watching.untilWritten('inventory');
  await line.cut();
  await watching.untilWritten(/cannot be reached: ECONNREFUSED.*Trying again/);
  release();
  await user.client.untilEnded(syncId, 60_000);
  await line.restore();
  const { code, out } = await watching.ended;
  expect(code).toBe(0);
  expect(out).toMatch(/Synced [\d,]+ orders/);
});

test('piped, a line comes only when something has changed, and nothing moves or has a colour', async () => {
  const { user, syncId, release } = await heldSync();
  const watching = startCli(['watch'], envOf(user));
  await watching.untilWritten(/orders .*waiting/);
  release();
  const { code, out } = await watching.ended;
  expect(code).toBe(0);
  expect(out).not.toContain('\u001b');
  const lines = out.trimEnd().split('\n');
  for (const resource of ['orders', 'inventory', 'claims', 'returns']) {
    const own = lines.filter((one) => one.startsWith(`  ${resource}`));
    expect(own.filter((one, index) => one === own[index - 1])).toEqual([]);
    expect(own.at(-1)).toMatch(/\[#{28}\] complete/);
  }
  // One that has ended is told at once.
  expect(await startCli(['watch', syncId], envOf(user)).ended).toMatchObject({ code: 0 });
});

test('for a program each status is a line of JSON, and progress never falls', async () => {
  const { user, syncId, release } = await heldSync();
  const watching = startCli(['watch', '--json', syncId], envOf(user));
  await watching.untilWritten('"waiting"');
  release();
  const end = await watching.ended;
  expect(end).toMatchObject({ code: 0, err: '' });
  const statuses = statusesOf(end);
  expect(statuses.at(-1)).toMatchObject({ syncId, status: 'complete', progress: 100 });
  const progress = statuses.map((status) => status.progress);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
});

test('on a terminal bars move, in colours unless they are unwanted', async () => {
  const { user, syncId, release } = await heldSync();
  const terminal = [
    'script',
    '--quiet',
    '--return',
    '--command',
    `"${process.execPath}" "${CLI}" watch ${syncId}`,
    '/dev/null',
  ];
  const both = ['', '1'].map((noColor) =>
    startCli([], { ...envOf(user), TERM: 'xterm', NO_COLOR: noColor }, terminal),
  );
  for (const one of both) await one.untilWritten('waiting');
  release();
  const [coloured, plain] = await Promise.all(both.map(({ ended }) => ended));
  expect([coloured?.code, plain?.code]).toEqual([0, 0]);
  expect(coloured?.out).toContain('\u001b[32mcomplete\u001b[0m');
  expect(plain?.out).not.toContain('\u001b[32m');
  for (const end of [coloured, plain]) {
    expect(end?.out).toContain('\u001b[5A'); // up to the first of five lines
    const longest = Math.max(...(end?.out ?? '').split(/\r?\n/).map((one) => one.length));
    expect(longest).toBeLessThan(100);
  }
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s leaves the sync running, and says so', async (signal, code) => {
  const { user, syncId } = await heldSync();
  const watching = startCli(['watch', syncId], envOf(user));
  await watching.untilWritten('orders');
  watching.child.kill(signal);
  const end = await watching.ended;
  expect(end.code).toBe(code);
  expect(end.err).toContain(`amazon-sync cancel ${syncId}`);
  await eventually('nobody listens', () => stack.api.listeners() === 0 || undefined);
  const { body } = await user.client.get(`/api/sync/status/${syncId}`);
  expect(body).toMatchObject({ status: 'in_progress' });
  await user.client.post(`/api/sync/cancel/${syncId}`);
});

test('a session that expires in the middle is 3', async () => {
  const { user, syncId } = await heldSync();
  const watching = startCli(['watch', syncId], envOf(user));
  await watching.untilWritten('orders');
  ahead = 13 * 3_600_000;
  expect(await watching.ended).toMatchObject({
    code: 3,
    err: expect.stringContaining('has expired'),
  });
  ahead = 0;
  await user.client.post(`/api/sync/cancel/${syncId}`);
});

test('where streams do not come through, statuses are asked for', async () => {
  const { user, syncId, release } = await heldSync();
  let polls = 0;
  const url = await serve(async (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/api/sse/')) {
      // As a gateway does that gives up on an answer which does not end.
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end();
      return;
    }
    polls += 1;
    if (polls === 2) release();
    const { body } = await user.client.get(path);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  const end = await startCli(['watch', '--json', syncId], envOf(user, url)).ended;
  expect(end).toMatchObject({ code: 0, err: '' });
  expect(statusesOf(end).at(-1)).toMatchObject({ syncId, status: 'complete' });
  expect(polls).toBeGreaterThan(1);
});

describe('a service that is out of reach', () => {
  const session = { cookie: 'session_token=a.b.c' };
  test('is 5 after the patience is over, and nobody waits for longer than they said', async () => {
    await line.cut();
    for (const args of [['status'], ['start'], ['watch', 'sync_x_1'], ['export', 'orders']]) {
      const end = await startCli([...args, '--retry-for', '1'], envOf(session)).ended;
      expect([args, end.code]).toEqual([args, 5]);
      expect(end.err).toContain('cannot be reached: ECONNREFUSED');
    }
  });

  test('is asked again when it said, and not before', async () => {
    const times: number[] = [];
    const url = await serve((_, response) => {
      times.push(performance.now());
      const away = times.length < 3;
      response.writeHead(away ? 503 : 200, {
        'content-type': away ? 'text/html' : 'application/json',
        'retry-after': '1',
      });
      response.end(
        away ? '<h1>Busy</h1>' : '{"success":true,"syncs":[],"total":0,"newer":"field"}',
      );
    });
    const end = await startCli(['history', '--json'], envOf(session, url)).ended;
    expect(end.code).toBe(0);
    // With fields that this program does not know yet.
    expect(JSON.parse(end.out)).toEqual({ success: true, syncs: [], total: 0, newer: 'field' });
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps).toHaveLength(2);
    for (const gap of gaps) expect(gap).toBeGreaterThan(990);
    times.length = 0;
    // Half a second of patience does not reach to the next try.
    const impatient = await startCli(['history', '--retry-for', '0.5'], envOf(session, url)).ended;
    expect([impatient.code, times.length]).toEqual([5, 1]);
  });
});

describe('something else that answers', () => {
  const session = { cookie: 'session_token=planted.session.token' };
  const ANSWERS: [string, number, Record<string, string>, string][] = [
    ['a page with 200', 200, { 'content-type': 'text/html' }, '<html>Welcome</html>'],
    ['a page with 404', 404, { 'content-type': 'text/html' }, '<html>Nothing here</html>'],
    ['JSON of something else', 200, { 'content-type': 'application/json' }, '{"ok":true}'],
    ['a redirect to a sign-in', 302, { location: 'https://login.example/in?next=x' }, ''],
  ];
  test.each(ANSWERS)('%s is told as such, at once', async (_, status, headers, body) => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.writeHead(status, headers);
      response.end(body);
    });
    for (const args of [['status'], ['history'], ['start'], ['export', 'orders']]) {
      asked = 0;
      const end = await startCli(args, envOf(session, url)).ended;
      expect([args, end.code, asked]).toEqual([args, 5, 1]);
      expect(end.err).toMatch(/at this address|The address answers/);
      expect(end.err).not.toContain('planted');
    }
    expect((await startCli(['watch', 'sync_x_1'], envOf(session, url)).ended).code).toBe(5);
  });
});
