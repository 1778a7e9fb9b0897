import { join } from 'node:path';
import { writeWorkflowBundle } from './workflow-bundle';

/** Part of the build. */
async function main(): Promise<void> {
  await writeWorkflowBundle({ folder: join(__dirname, '..'), report: print });
}

function print(message: string): void {
  process.stderr.write(`${message}\n`);
}

main().catch((error: unknown) => {
  print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
