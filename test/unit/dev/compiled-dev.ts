import { mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { transform } from '@swc/core';

const ROOT = join(__dirname, '..', '..', '..');

/**
 * A folder with `dev/` as plain JavaScript, for a test that needs a process of its own to kill: a child of Jest
 * is not transformed. The caller removes it.
 */
export async function compiledDev(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amazon-sync-dev-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const sources = (await readdir(join(ROOT, 'dev'))).filter((name) => name.endsWith('.ts'));
  await Promise.all(
    sources.map(async (name) => {
      const { code } = await transform(await readFile(join(ROOT, 'dev', name), 'utf8'), {
        filename: name,
        swcrc: false,
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      });
      await writeFile(join(folder, `${basename(name, '.ts')}.js`), code);
    }),
  );
  return folder;
}
