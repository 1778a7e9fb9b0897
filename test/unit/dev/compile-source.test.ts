import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileSource } from '../../../dev/compile-source';
import { importGraph } from '../../../dev/import-graph';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'amazon-sync-compile-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

const built = (path: string) => readFile(join(root, 'dist', path), 'utf8');

test('what Node runs is CommonJS, with a map, and without the imports of types', async () => {
  await write(
    'api/one.ts',
    "import type { A } from './a';\nimport { b } from '../b';\nexport const one = (a: A) => b(a);\n",
  );
  expect(await compileSource(root, 'api/one.ts')).toBeUndefined();
  expect(await built('api/one.js')).toContain('exports');
  expect(JSON.parse(await built('api/one.js.map'))).toMatchObject({
    sources: ['../../api/one.ts'],
  });
  expect(await importGraph(root)('api/one.ts')).toEqual(new Set(['api/one.ts', 'b.ts']));
});

test('what the browser loads stays a module, whose imports lead to compiled files', async () => {
  await write(
    'console/page.tsx',
    "import type { A } from './a.ts';\nimport { b } from './b.tsx';\nexport const page = (a: A) => <p>{b(a)}</p>;\n",
  );
  await write('console/style.css', 'p {}\n');
  for (const file of ['console/page.tsx', 'console/style.css'])
    expect(await compileSource(root, file)).toBeUndefined();
  const page = await built('browser/console/page.js');
  expect(page).toContain('import { b } from "./b.js"');
  expect(page).toContain('preact/jsx-runtime');
  expect(page).not.toContain('./a');
  expect(await built('browser/console/style.css')).toBe('p {}\n');
});

test('a fault is told with file and line, and what was built before stays', async () => {
  await write('api/one.ts', 'export const one = 1;\n');
  await compileSource(root, 'api/one.ts');
  const before = await built('api/one.js');
  await write('api/one.ts', 'export const one = 1;\nconst two = ;\n');
  expect(await compileSource(root, 'api/one.ts')).toBe('api/one.ts:2: Expression expected');
  expect(await built('api/one.js')).toBe(before);
});

test('of a file that is gone nothing built is left', async () => {
  await write('contract/one.ts', 'export const one = 1;\n');
  await compileSource(root, 'contract/one.ts');
  const outputs = ['contract/one.js', 'browser/contract/one.js'];
  const present = () => outputs.map((path) => existsSync(join(root, 'dist', path)));
  expect(present()).toEqual([true, true]);
  await rm(join(root, 'contract/one.ts'));
  expect(await compileSource(root, 'contract/one.ts')).toBeUndefined();
  expect(present()).toEqual([false, false]);
});
