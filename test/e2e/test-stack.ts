import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type LocalService, type LocalUser, startLocalService } from '../../dev/local-service';
import { createLogger } from '../../observability/logger';
import type { SandboxOptions } from '../../sandbox/sandbox';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { installRuntime } from '../../worker/worker-process';
import { testServer } from '../test-servers';

export interface TestStackOptions {
  sandbox?: Partial<SandboxOptions>;
  /** Addresses that stand before the real servers, for the service to use. */
  temporalAddress?: string;
  databaseUrl?: (url: string) => string;
  /** More environment for API and workers. */
  env?: Record<string, string>;
  /** Where the compiled console is, to be served too. */
  consoleFolder?: string;
  /** Epoch ms. */
  now?: () => number;
  /** host:port where the metrics of Temporal's SDK are answered. */
  sdkMetricsAddress?: string;
}

export type TestUser = LocalUser;

/** API, workers, database and local Amazon of one test file, on the Temporal server of the whole run. */
export interface TestStack extends LocalService {
  /** Everything that API and worker logged, as lines of JSON. */
  logs: string[];
  /**
   * A seller that no other user is connected to: users who share one share its quotas, and slow each other down.
   */
  newSeller(): Promise<SandboxSeller>;
}

/** Small sellers and a fast Amazon: a first sync takes a second or two. */
const SIZE = { orders: 200, skus: 30, claims: 20 };

export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const logs: string[] = [];
  const onLine = (line: string) => void logs.push(line);
  installRuntime(
    createLogger('test', 'trace', { destination: { write: onLine } }),
    options.sdkMetricsAddress,
  );
  const service = await startLocalService({
    ...options,
    servers: {
      temporalAddress: testServer('TEST_TEMPORAL_ADDRESS'),
      databaseUrl: testServer('TEST_DATABASE_URL'),
      workflowBundle: testServer('TEST_WORKFLOW_BUNDLE'),
      workerProgram: join(__dirname, '..', '..', 'dist', 'worker', 'main.js'),
    },
    name: `e2e_${randomUUID().replaceAll('-', '')}`,
    sandbox: {
      sellers: [1, 2, 3].map((seed) => ({ kind: 'generated', seed, size: SIZE })),
      ...options.sandbox,
    },
    onLine,
  });
  let seed = 100;
  return {
    ...service,
    logs,
    newSeller() {
      seed += 1;
      return service.sandbox.addSeller({ kind: 'generated', seed, size: SIZE });
    },
  };
}

/** The first seller of a sandbox; there is always one. */
export function firstSeller({ sandbox }: Pick<TestStack, 'sandbox'>): SandboxSeller {
  const [seller] = sandbox.sellers;
  if (seller === undefined) throw new Error('The sandbox has no seller');
  return seller;
}
