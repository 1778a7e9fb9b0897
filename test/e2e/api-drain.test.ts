import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { startApiProcess } from '../../api/api-process';
import { startChild } from '../../dev/child-process';
import { createSyncClient } from '../../dev/sync-client';
import { createLogger } from '../../observability/logger';
import { readApiSettings } from '../../settings/api-settings';
import { eventually } from '../eventually';
import { START, start } from './bodies';
import { firstSeller, startTestStack, type TestStack } from './test-stack';

let stack: TestStack;

beforeAll(async () => {
  // Twenty users of one seller at once are what the first test is about.
  stack = await startTestStack({ env: { MAX_SYNCS_PER_SELLER: '100' } });
});
afterAll(() => stack.stop());

test('an API told to stop answers the requests it has, takes no more, and exits with 0', async () => {
  let port: number | undefined;
  const child = await startChild({
    name: 'API',
    command: process.execPath,
    args: [join(__dirname, '..', '..', 'dist', 'api', 'main.js')],
    env: { PATH: process.env.PATH, ...stack.apiEnv, LOG_LEVEL: 'info' },
    onLine: (line) => {
      const found = /"port":(\d+)/.exec(line)?.[1];
      if (found !== undefined) port = Number(found);
    },
  });
  const url = `http://127.0.0.1:${await eventually('the API', () => port)}`;
  const users = await Promise.all(Array.from({ length: 10 }, () => stack.user(firstSeller(stack))));
  const clients = users.map(({ cookie }) => createSyncClient(url, cookie));
  // Its connections to PostgreSQL are there.
  await Promise.all(clients.map((client) => client.get('/api/sync/status')));
  const requests = clients.map((client) => client.post(START));
  // The first answer is there, the others are under way.
  await Promise.race(requests);
  process.kill(child.pid, 'SIGTERM');
  const answers = await Promise.allSettled(requests);
  const answered = answers.flatMap((answer) =>
    answer.status === 'fulfilled' ? [answer.value.status] : [],
  );
  // A request that had not arrived is refused as a whole; one that had is answered.
  expect(answered.length).toBeGreaterThan(0);
  expect(new Set(answered)).toEqual(new Set([200]));
  expect(await child.ended).toEqual({ code: 0, signal: null });
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test('clients that poll on kept-alive connections do not hold up an API that was told to stop', async () => {
  const api = await startApiProcess(readApiSettings(stack.apiEnv), {
    log: createLogger('other', 'silent'),
  });
  const { cookie } = await stack.user(firstSeller(stack));
  const client = createSyncClient(`http://127.0.0.1:${api.port}`, cookie);
  const polls = Array.from({ length: 5 }, async () => {
    for (;;) await client.get('/api/sync/status');
  });
  const gone = Promise.allSettled(polls);
  await client.get('/api/sync/status');
  const begun = performance.now();
  await api.stop();
  expect(performance.now() - begun).toBeLessThan(5_000);
  await gone;
});

test('clients whose streams are closed, and who come back at once, do not hold it up', async () => {
  const api = await startApiProcess(readApiSettings(stack.apiEnv), {
    log: createLogger('other', 'silent'),
  });
  const user = await stack.user(await stack.newSeller());
  // Without a worker it stays as it is.
  const syncId = await start(user.client);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const url = `http://127.0.0.1:${api.port}/api/sse/sync-progress/${syncId}`;
  const listen = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request(url, { agent, headers: { cookie: user.cookie } }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.end();
    });
  const clients = Array.from({ length: 5 }, async () => {
    while ((await listen()) === 200);
  });
  const gone = Promise.allSettled(clients);
  await eventually('somebody listens', () => api.listeners() > 0 || undefined);
  const begun = performance.now();
  await api.stop();
  expect(performance.now() - begun).toBeLessThan(5_000);
  await gone;
  agent.destroy();
});
