import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeWorkflowBundle } from './workflow-bundle';

/** Part of the build. `--cache` names a folder, for builds of development. */
async function main(): Promise<void> {
  const { values: flags } = parseArgs({ options: { cache: { type: 'string' } } });
  await writeWorkflowBundle({
    folder: join(__dirname, '..'),
    ...(flags.cache !== undefined && { cache: { folder: resolve(flags.cache), readonly: false } }),
    report: print,
  });
}

function print(message: string): void {
  process.stderr.write(`${message}\n`);
}

main().catch((error: unknown) => {
  print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
