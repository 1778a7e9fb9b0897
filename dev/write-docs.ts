import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiMarkdown } from './api-markdown';
import { describeApi } from './describe-api';
import { withSettingsTable } from './settings-markdown';

/** Writes docs/api.md, and the settings of docs/configuration.md, anew: from the root, with `npm run docs`. */
async function main(): Promise<void> {
  const { document } = await describeApi();
  await writeFile(join('docs', 'api.md'), apiMarkdown(document));
  const configuration = join('docs', 'configuration.md');
  await writeFile(configuration, withSettingsTable(await readFile(configuration, 'utf8')));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
