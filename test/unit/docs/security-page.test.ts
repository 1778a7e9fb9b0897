import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

/** The rows of the table below a heading, each as its cells. */
function tableBelow(heading: string): string[][] {
  const page = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const THREATS = tableBelow('Threats');

test('the table of threats is there', () => {
  expect(THREATS.length).toBeGreaterThan(10);
});

test.each(THREATS)('%s: what is done and where it is shown', (_, protection = '', tests = '') => {
  expect(protection).not.toBe('');
  const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
  expect(named).not.toEqual([]);
  for (const path of named) {
    expect(path).toMatch(/^test\/.+\.test\.ts$/);
    expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
  }
});
