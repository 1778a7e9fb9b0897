import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '../observability/logger';
import { DEFAULT_SIZE, type SellerSize } from '../sandbox/generate-seller';
import { installRuntime } from '../worker/worker-process';
import { type Stack, startStack } from './stack';

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

/** The stack as `npm run dev` and `npm run demo` bring it up: one generated seller, a fast Amazon. */
export async function startEmbeddedStack(options: EmbeddedStackOptions): Promise<Stack> {
  const { dataDir, fresh, size = DEFAULT_SIZE } = options;
  if (fresh) await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  const log = createLogger('dev', 'info', createWriteStream(logFile(dataDir), { flags: 'a' }));
  installRuntime(log);
  return startStack({
    dataDir,
    sellers: [{ kind: 'generated', seed: 1, size }],
    clockSpeed: CLOCK_SPEED,
    workflowBundle: join(__dirname, '..', 'workflow-bundle.js'),
    log,
    report: print,
  });
}

/** What API, worker and servers log: there, and not between the lines for the person at the terminal. */
export function logFile(dataDir: string): string {
  return join(dataDir, 'stack.log');
}

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Where everything is, for a person who wants to look. */
export function describeStack(stack: Stack): string[] {
  return [
    `API           ${stack.apiUrl}`,
    `Temporal UI   ${stack.temporalUiUrl}`,
    `Temporal      ${stack.temporalAddress}`,
    `PostgreSQL    ${stack.databaseUrl}`,
    `Local Amazon  ${stack.sandbox.url}`,
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
