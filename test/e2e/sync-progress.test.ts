import { request } from 'node:http';
import { SyncStatusBody } from '../../contract/sync-status';
import { sessionToken } from '../../dev/sign-in';
import { eventually } from '../eventually';
import { errorOf, start } from './bodies';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

const ORIGIN = 'https://shop.example'; // FRONTEND_URL of the stack

let stack: TestStack;
let ahead = 0;

beforeAll(async () => {
  stack = await startTestStack({ now: () => Date.now() + ahead });
  await stack.startWorker();
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(() => stack.stop());

const pathOf = (syncId: string) => `${stack.apiUrl}/api/sse/sync-progress/${syncId}`;

interface Event {
  id: string;
  status: SyncStatusBody;
}

/** Reads a stream to its end. */
async function eventsOf(response: Response): Promise<Event[]> {
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('id:'))
    .map((block) => {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      expect(fields.event).toBeUndefined();
      return { id: fields.id ?? '', status: SyncStatusBody.parse(JSON.parse(fields.data ?? '')) };
    });
}

const listen = (user: TestUser, syncId: string, headers: Record<string, string> = {}) =>
  fetch(pathOf(syncId), { headers: { cookie: user.cookie, ...headers } });

/** Holds a sync open until what this returns is called. */
function held(): () => void {
  const fault = stack.sandbox.setFault({
    operation: 'searchOrders',
    times: null,
    effect: { kind: 'status', status: 503 },
  });
  return () => fault.remove();
}

test('a sync is watched from its start to its end, and the stream ends with it', async () => {
  const user = await stack.user(await stack.newSeller());
  const syncId = await start(user.client);
  const response = await listen(user, syncId);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  const events = await eventsOf(response);
  expect(events[0]?.status).toMatchObject({ syncId, status: 'in_progress' });
  const last = events.at(-1);
  expect(last?.status).toMatchObject({ syncId, status: 'complete', progress: 100 });
  const progress = events.map(({ status }) => status.progress);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(new Set(events.map(({ status }) => JSON.stringify(status))).size).toBe(events.length);

  // An EventSource comes back with the last id it has seen; 204 tells it to stay away.
  const again = await listen(user, syncId, { 'last-event-id': last?.id ?? '' });
  expect([again.status, await again.text()]).toEqual([204, '']);
  // One that has not seen the end is told it.
  const late = await eventsOf(await listen(user, syncId, { 'last-event-id': events[0]?.id ?? '' }));
  expect(late).toEqual([last]);
});

test('a hundred listeners of one sync cost one question a second, and leave nothing behind', async () => {
  const user = await stack.user(await stack.newSeller());
  const release = held();
  const syncId = await start(user.client);
  const aborts = Array.from({ length: 100 }, () => new AbortController());
  const responses = await Promise.all(
    aborts.map(({ signal }) =>
      eventually('a stream', async () => {
        const response = await fetch(pathOf(syncId), { headers: { cookie: user.cookie }, signal });
        // On a machine that is busy, connections to PostgreSQL may take too long; who listens comes again.
        return response.status === 503 ? undefined : response;
      }),
    ),
  );
  expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
  await eventually('all listen', () => stack.api.listeners() === 100 || undefined);
  // Half of them leave; the others see the end.
  const bodies = responses.slice(50).map(eventsOf);
  for (const abort of aborts.slice(0, 50)) abort.abort();
  await eventually('half have left', () => stack.api.listeners() === 50 || undefined);
  release();
  for (const events of await Promise.all(bodies)) {
    expect(events.at(-1)?.status.status).toBe('complete');
  }
  await eventually('none listens', () => stack.api.listeners() === 0 || undefined);
});

test('a stream ends with the session', async () => {
  const user = await stack.user(await stack.newSeller());
  held();
  const syncId = await start(user.client);
  const response = await listen(user, syncId);
  const text = response.text();
  ahead = 13 * 3_600_000;
  try {
    await text;
    const token = sessionToken(stack.sessionSecret, user.userId, Date.now() + ahead);
    const renewed = await fetch(pathOf(syncId), {
      headers: { cookie: `session_token=${token}` },
    });
    expect(renewed.status).toBe(200);
    await renewed.body?.cancel();
    expect((await listen(user, syncId)).status).toBe(401);
  } finally {
    ahead = 0;
  }
  await user.client.post(`/api/sync/cancel/${syncId}`);
});

test('a listener that reads nothing keeps nobody waiting, and is told the end', async () => {
  const user = await stack.user(await stack.newSeller());
  const syncId = await start(user.client);
  const ended = await new Promise<string>((resolve, reject) => {
    const asked = request(pathOf(syncId), { headers: { cookie: user.cookie } }, (response) => {
      response.pause();
      user.client.untilEnded(syncId, 60_000).then(() => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
        response.resume();
      }, reject);
    });
    asked.on('error', reject);
    asked.end();
  });
  expect(ended).toContain('"status":"complete"');
});

test('nobody watches what is not theirs, or without a session', async () => {
  const owner = await stack.user(await stack.newSeller());
  const syncId = await start(owner.client);
  const stranger = await stack.user();
  const answer = await listen(stranger, syncId);
  expect(answer.status).toBe(404);
  expect(errorOf({ body: await answer.json() }).error).toBe('not_found');
  expect((await fetch(pathOf(syncId))).status).toBe(401);
  await owner.client.untilEnded(syncId, 60_000);
});

describe('a page of another origin', () => {
  const preflight = (origin: string) =>
    fetch(`${stack.apiUrl}/api/v1/integrations/amazon/sync`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });

  test('that is allowed may call with the user’s cookie, and is told so before anybody signs in', async () => {
    const response = await preflight(ORIGIN);
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      vary: 'Origin',
    });
    expect(response.headers.get('access-control-allow-headers')).toMatch(/content-type/i);
  });

  test('that is allowed may read answers, errors and streams', async () => {
    const user = await stack.user(await stack.newSeller());
    const syncId = await start(user.client);
    for (const path of [
      `/api/sse/sync-progress/${syncId}`,
      '/api/sync/status',
      '/api/sync/status/x',
    ]) {
      const response = await fetch(stack.apiUrl + path, {
        headers: { cookie: user.cookie, origin: ORIGIN },
      });
      expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      await response.body?.cancel();
    }
    await user.client.untilEnded(syncId, 60_000);
  });

  test.each(['https://evil.example', `${ORIGIN}.evil.example`, 'null'])(
    'such as %s may not',
    async (origin) => {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
      const response = await fetch(`${stack.apiUrl}/healthz`, { headers: { origin } });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(response.headers.get('vary')).toBe('Origin');
    },
  );
});
