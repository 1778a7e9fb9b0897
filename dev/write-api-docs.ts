import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiMarkdown } from './api-markdown';
import { describeApi } from './describe-api';

/** Writes docs/api.md anew: from the root of the project, with `npm run docs`. */
async function main(): Promise<void> {
  const { document } = await describeApi();
  await writeFile(join('docs', 'api.md'), apiMarkdown(document));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
