import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

const ROOT = join(__dirname, '..', '..', '..');
const PAGES = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

/** As GitHub names the place of a heading: lower case, without punctuation, hyphens for spaces. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  );
}

test.each(PAGES)('every command that %s names is there', (page) => {
  const named = [...read(page).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)];
  for (const [command, name = ''] of named)
    expect([command, scripts[name]]).toEqual([command, expect.any(String)]);
});

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  const text = read(page).replaceAll(/```[\s\S]*?```/g, '');
  for (const [link, to = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^(https?|mailto):/.test(to)) continue;
    const [path = '', anchor] = to.split('#');
    const file = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
    expect([link, existsSync(join(ROOT, file))]).toEqual([link, true]);
    if (anchor !== undefined && file.endsWith('.md'))
      expect([link, anchorsOf(read(file)).has(anchor)]).toEqual([link, true]);
  }
});
