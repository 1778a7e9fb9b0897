import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { type Child, startChild, untilReady } from '../../dev/child-process';
import { freePort } from '../../dev/free-port';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../otlp-receiver';
import { START, startedSync } from './bodies';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

jest.setTimeout(180_000);

const SYNC_MS = 90_000;
const marker = (what: string) => `planted-${what}-${randomBytes(9).toString('hex')}`;
const SECRETS = {
  client: marker('client-secret'),
  refreshToken: marker('refresh-token'),
};
const CALLER = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };

const DIST = join(__dirname, '..', '..', 'dist');

let receiver: OtlpReceiver;
let stack: TestStack;
let cookie: string;
let requestId: string | null;
let syncId: string;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  stack = await startTestStack({ env: { AMAZON_CLIENT_SECRET: SECRETS.client } });
  const seller = await stack.sandbox.addSeller({
    kind: 'generated',
    seed: 500,
    size: { orders: 40, skus: 8, claims: 6 },
    refreshToken: SECRETS.refreshToken,
  });
  const user = await stack.user(seller);
  cookie = user.cookie;
  const response = await syncWith(user, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
  });
  requestId = response.headers.get('x-request-id');
  syncId = response.syncId;
});
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
});

/** A sync in processes as production has them, which end when it has: what they have not sent yet they send then. */
async function syncWith(user: TestUser, env: Record<string, string>) {
  const worker = await stack.spawnWorker(env);
  const api = await spawnApi(env);
  const url = `http://127.0.0.1:${api.port}${START}?token=${marker('query')}`;
  const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-00`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { cookie: user.cookie, traceparent },
  });
  const started = startedSync({ status: response.status, body: await response.json() });
  const { status } = await user.client.untilEnded(started, SYNC_MS);
  // The run ends a moment after its outcome is recorded; a worker that is told to stop before would not see it.
  await stack.temporal.workflow.getHandle(amazonSyncWorkflowId(user.userId)).result();
  await Promise.all([api.child.stop(), worker.stop()]);
  const { code } = await api.child.ended;
  return { headers: response.headers, syncId: started, status, code };
}

async function spawnApi(env: Record<string, string>): Promise<{ child: Child; port: number }> {
  const Ready = z.object({ msg: z.literal('API is ready'), port: z.number() });
  let port: number | undefined;
  const child = await startChild({
    name: 'api',
    command: process.execPath,
    graceSeconds: 60,
    args: [join(DIST, 'api', 'main.js')],
    env: { PATH: process.env.PATH, ...stack.apiEnv, PORT: '0', ...env },
    onLine(line) {
      stack.logs.push(line);
      if (line.includes('API is ready')) port = Ready.parse(JSON.parse(line)).port;
    },
  });
  await untilReady(child, async () => port !== undefined, { seconds: 120 });
  return { child, port: port ?? 0 };
}

const ofTheSync = () => receiver.spans.filter(({ traceId }) => traceId === CALLER.traceId);
const named = (name: string) => ofTheSync().filter((span) => span.name === name);
const only = (name: string): ReceivedSpan => {
  const [span, ...more] = named(name);
  if (span === undefined || more.length > 0) throw new Error(`${name}: ${more.length + 1} of it`);
  return span;
};

test('a sync is one trace: the request, the start, the run, its steps, their calls to Amazon', async () => {
  const request = only(`POST ${START}`);
  expect(request).toMatchObject({
    parentSpanId: CALLER.spanId,
    service: 'amazon-sync-api',
    attributes: { 'http.route': START, 'http.response.status_code': 200, request_id: requestId },
  });
  const run = only('run amazonSync');
  // A start may be made twice: with search attributes, and without where the namespace lacks them.
  const begun = named('start amazonSync').find(({ spanId }) => spanId === run.parentSpanId);
  expect(begun?.parentSpanId).toBe(request.spanId);
  expect(run).toMatchObject({
    service: 'amazon-sync-worker',
    attributes: { 'temporal.end': 'completed' },
  });
  const steps = ofTheSync().filter(({ name }) => name.startsWith('activity '));
  const types = steps.map(({ name }) => name.replace('activity ', ''));
  for (const type of ['prepareSync', 'requestReport', 'awaitReport', 'recordSyncOutcome']) {
    expect(types).toContain(type);
  }
  for (const step of steps) {
    expect(step).toMatchObject({
      parentSpanId: run.spanId,
      attributes: { sync_id: syncId, 'temporal.attempt': expect.anything() },
    });
  }
  const stepIds = new Set(steps.map(({ spanId }) => spanId));
  const operations = ['createReport', 'getReport', 'getInventorySummaries'];
  for (const operation of [...operations, 'exchangeRefreshToken', 'downloadDocument']) {
    const calls = named(`Amazon ${operation}`);
    expect([operation, calls.length]).not.toEqual([operation, 0]);
    for (const call of calls) {
      expect(stepIds).toContain(call.parentSpanId);
      expect(call.attributes).toMatchObject({ 'amazon.operation': operation });
      expect(call.attributes).toHaveProperty(['temporal.attempt']);
    }
  }
  for (const { attributes } of named('Amazon downloadDocument')) {
    expect(attributes).toHaveProperty(['http.response.body.size']);
  }
  expect(receiver.headers[0]).toMatchObject({ path: '/v1/traces', authorization: 'Bearer abc' });
});

test('lines of the log name the trace', () => {
  const Line = z.looseObject({ msg: z.string() });
  const lines = stack.logs
    .filter((line) => line.startsWith('{'))
    .map((line) => Line.parse(JSON.parse(line)));
  const { traceId } = CALLER;
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'sync started', syncId, requestId, traceId }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'sync ended', syncId, requestId, traceId }),
  );
});

test('what is sent holds no secret, no person and no address', () => {
  const sent = receiver.bodies.join('\n');
  expect(sent).toContain(syncId);
  for (const pattern of [/planted-/, /Atz[ar]\|/, /https?:/, /session_token/])
    expect(sent).not.toMatch(pattern);
  for (const secret of [stack.sessionSecret, cookie.replace('session_token=', '')])
    expect(sent).not.toContain(secret);
});

test('a collector out of reach harms nothing, and holds nothing up', async () => {
  const nobody = `http://127.0.0.1:${await freePort(0)}`;
  const user = await stack.user(await stack.newSeller());
  const { status, code } = await syncWith(user, { OTEL_EXPORTER_OTLP_ENDPOINT: nobody });
  expect(status).toBe('complete');
  // Else it would have been killed.
  expect(code).toBe(0);
  expect(stack.logs.join('')).toContain('the collector does not take spans');
});

test('without a collector nothing of OpenTelemetry’s SDK is loaded', () => {
  const loaded = (collector: string): string[] =>
    z.array(z.string()).parse(
      JSON.parse(
        execFileSync(
          process.execPath,
          [
            '-e',
            `const [dist] = process.argv.slice(1);
            require(dist + '/api/api-process');
            require(dist + '/worker/worker-process');
            const { startTracing } = require(dist + '/observability/tracer');
            startTracing({ service: 'x', collector: ${collector} });
            const names = Object.keys(require.cache).flatMap((file) => /@opentelemetry.([\\w-]+)/.exec(file)?.[1] ?? []);
            process.stdout.write(JSON.stringify([...new Set(names)]), () => process.exit());`,
            DIST,
          ],
          { encoding: 'utf8' },
        ),
      ),
    );
  // The library of metrics has types of the API's at hand, which are no more than that.
  expect(loaded('undefined').filter((name) => name !== 'api')).toEqual([]);
  expect(loaded("{ url: 'http://127.0.0.1:1', headers: {} }")).toContain('sdk-trace');
});
