import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

test('each picture of the README is there, and each that is there is shown', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const shown = [...readme.matchAll(/!\[([^\]]+)\]\(docs\/images\/([^)]+)\)/g)];
  const names = shown.map(([, , name]) => name);
  expect([...new Set(names)].sort()).toEqual(readdirSync(join(ROOT, 'docs', 'images')).sort());
  for (const [, words = ''] of shown) expect(words.length).toBeGreaterThan(20);
});
