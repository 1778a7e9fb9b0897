import { join } from 'node:path';
import { startTestStack, type TestStack, type TestStackOptions } from '../e2e/test-stack';

const FOLDER = join(__dirname, '..', '..', 'dist', 'browser');

/**
 * The service with its console, and a worker. An Amazon that answers 503 is given up after some half an hour of its own:
 * at this speed that is longer than a test looks at what waits for it.
 */
export async function startConsoleStack(options: TestStackOptions = {}): Promise<TestStack> {
  const sandbox = { clockSpeed: 100, ...options.sandbox };
  const stack = await startTestStack({ consoleFolder: FOLDER, ...options, sandbox });
  await stack.startWorker();
  return stack;
}
