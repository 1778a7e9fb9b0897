import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiProcess } from '../../api/api-process';
import { createLogger } from '../../observability/logger';
import { readApiSettings } from '../../settings/api-settings';
import { testServer } from '../test-servers';
import { start } from './bodies';
import { type GrpcCounter, startGrpcCounter } from './grpc-counter';
import { TEST_CA, TEST_CLIENT, TEST_SERVER } from './test-certificates';
import { firstSeller, startTestStack, type TestStack } from './test-stack';

const API_KEY = 'a-key-of-temporal-cloud';
const folder = mkdtempSync(join(tmpdir(), 'temporal-tls-'));
const fileWith = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};

let temporal: GrpcCounter;
let stack: TestStack;
beforeAll(async () => {
  // As Temporal with TLS on both sides: whoever has no certificate of this authority gets no word.
  temporal = await startGrpcCounter(testServer('TEST_TEMPORAL_ADDRESS'), {
    ...TEST_SERVER,
    ca: TEST_CA,
    requestCert: true,
    rejectUnauthorized: true,
  });
  stack = await startTestStack({
    temporalAddress: temporal.address,
    env: {
      TEMPORAL_API_KEY: API_KEY,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: fileWith('ca.pem', TEST_CA),
      TEMPORAL_TLS_CLIENT_CERT_PATH: fileWith('client.pem', TEST_CLIENT.cert),
      TEMPORAL_TLS_CLIENT_KEY_PATH: fileWith('client.key', TEST_CLIENT.key),
      TEMPORAL_TLS_SERVER_NAME: 'temporal.test',
    },
  });
});
afterAll(async () => {
  await stack.stop();
  await temporal.close();
  rmSync(folder, { recursive: true });
});

test('API and worker reach Temporal over TLS with their certificate, and each call has the API key', async () => {
  await stack.startWorker();
  const user = await stack.user(firstSeller(stack));
  const ended = await user.client.untilEnded(await start(user.client), 120_000);
  expect(ended).toMatchObject({ status: 'complete' });
  expect(temporal.count('StartWorkflowExecution')).toBeGreaterThan(0);
  expect(temporal.count('RespondWorkflowTaskCompleted')).toBeGreaterThan(0);
  expect([...temporal.authorizations]).toEqual([`Bearer ${API_KEY}`]);
});

async function readiness(env: Record<string, string>): Promise<number> {
  const settings = readApiSettings({ ...stack.apiEnv, PORT: '0', ...env });
  const api = await startApiProcess(settings, { log: createLogger('other', 'silent') });
  try {
    return (await fetch(`http://127.0.0.1:${api.port}/readyz`)).status;
  } finally {
    await api.stop();
  }
}

test.each([
  ['no certificate', { TEMPORAL_TLS_CLIENT_CERT_PATH: '', TEMPORAL_TLS_CLIENT_KEY_PATH: '' }],
  ['a server of another name', { TEMPORAL_TLS_SERVER_NAME: 'temporal.example' }],
  [
    'a server that another authority vouches for',
    { TEMPORAL_TLS_SERVER_CA_CERT_PATH: fileWith('other.pem', TEST_CLIENT.cert) },
  ],
  ['no TLS', { TEMPORAL_TLS: 'false' }],
])('an API with %s is not ready, and sends nothing', async (_, env) => {
  const before = temporal.count('DescribeNamespace');
  expect(await readiness(env)).toBe(503);
  expect(temporal.count('DescribeNamespace')).toBe(before);
});
