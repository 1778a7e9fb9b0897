import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '../observability/logger';
import { DEFAULT_SIZE, type SellerSize } from '../sandbox/generate-seller';
import { installRuntime } from '../worker/worker-process';
import { claimFolder } from './claim-folder';
import { freePort } from './free-port';
import { NAMESPACE, type Stack, startStack } from './stack';

/**
 * An hour of Amazon's passes in a minute: reports that take half a minute there are done in half a second
 * here, and createReport, one a minute there, can be called every second.
 */
const CLOCK_SPEED = 60;

export interface EmbeddedStackOptions {
  dataDir: string;
  /** Throws away what an earlier run left in `dataDir`. */
  fresh: boolean;
  size?: SellerSize;
}

export interface EmbeddedStack extends Stack {
  /** Where the metrics of Temporal's SDK are. */
  sdkMetricsUrl: string;
}

/** The stack as `npm run dev` and `npm run demo` bring it up: one generated seller, a fast Amazon. */
export async function startEmbeddedStack(options: EmbeddedStackOptions): Promise<EmbeddedStack> {
  const { dataDir, fresh, size = DEFAULT_SIZE } = options;
  let release = await claimFolder(dataDir);
  if (fresh) {
    await rm(dataDir, { recursive: true, force: true });
    release = await claimFolder(dataDir);
  }
  const temporalUiUrl = `http://127.0.0.1:${await freePort(8233)}`;
  const log = createLogger('dev', 'info', {
    destination: createWriteStream(logFile(dataDir), { flags: 'a' }),
    temporalUi: { url: temporalUiUrl, namespace: NAMESPACE },
  });
  const sdkMetrics = `127.0.0.1:${await freePort(9466)}`;
  installRuntime(log, sdkMetrics);
  const stack = await startStack({
    dataDir,
    sellers: [{ kind: 'generated', seed: 1, size }],
    clockSpeed: CLOCK_SPEED,
    temporalUiUrl,
    workflowBundle: join(__dirname, '..', 'workflow-bundle.js'),
    log,
    report: print,
  });
  return {
    ...stack,
    sdkMetricsUrl: `http://${sdkMetrics}/metrics`,
    async stop() {
      await stack.stop();
      await release();
    },
  };
}

/** What API, worker and servers log: there, and not between the lines for the person at the terminal. */
function logFile(dataDir: string): string {
  return join(dataDir, 'stack.log');
}

/**
 * Ends the process after a failure. What Temporal's native side still holds would keep it alive, and deaf to
 * Ctrl-C.
 */
export function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`, () => process.exit(1));
}

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Where everything is, for a person who wants to look. */
export function describeStack(stack: EmbeddedStack): string[] {
  return [
    `Console       ${stack.apiUrl}/`,
    `API           ${stack.apiUrl}`,
    `Temporal UI   ${stack.temporalUiUrl}`,
    `Temporal      ${stack.temporalAddress}`,
    `PostgreSQL    ${stack.databaseUrl}`,
    `Local Amazon  ${stack.sandbox.url}`,
    `Metrics       ${stack.services.metricsUrl('api')}`,
    `              ${stack.services.metricsUrl('worker')} (worker)`,
    `              ${stack.sdkMetricsUrl} (Temporal's SDK)`,
    `Log           ${logFile(stack.dataDir)}`,
  ];
}

/**
 * Resolves at the first Ctrl-C or SIGTERM. Later ones are ignored: the way down takes a moment, and cutting
 * it short would leave servers behind.
 */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve());
    }
  });
}
