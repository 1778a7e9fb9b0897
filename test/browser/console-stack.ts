import { join } from 'node:path';
import { startTestStack, type TestStack, type TestStackOptions } from '../e2e/test-stack';

const FOLDER = join(__dirname, '..', '..', 'dist', 'browser');

/** The service with its console, and a worker. */
export async function startConsoleStack(options: TestStackOptions = {}): Promise<TestStack> {
  const stack = await startTestStack({ consoleFolder: FOLDER, ...options });
  await stack.startWorker();
  return stack;
}
