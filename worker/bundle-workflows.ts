import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Part of the build: the workflows as one file, so that a worker starts without bundling. */
async function main(): Promise<void> {
  const root = join(__dirname, '..');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'index.js'),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: print, error: print },
  });
  await writeFile(join(root, 'workflow-bundle.js'), code);
}

function print(message: string): void {
  process.stderr.write(`${message}\n`);
}

main().catch((error: unknown) => {
  print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
