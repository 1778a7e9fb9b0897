import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

/** Everything that can reach PostgreSQL but the migrations, which nobody outside can have a word in. */
const FOLDERS = ['api', 'activities', 'store', 'webhooks', 'worker'];

/**
 * Where text becomes part of a statement, and not a parameter of one. Each is a word of ours: a direction, a unit of
 * time, a statement of the schema.
 */
const KNOWN: Record<string, number> = {
  'store/concurrent-indexes.ts': 1,
  'store/grant-roles.ts': 2,
  'store/keyset.ts': 2,
  'store/summary.ts': 1,
};

const TEXT_IN_A_STATEMENT = /\bsql\.(raw|lit|id)\(|\bCompiledQuery\.raw\(|\bquery\(`[^`]*\$\{/g;

test('text becomes part of a statement where it is known to be ours, and nowhere else', () => {
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('migrations'))
      .map((file) => `${folder}/${file}`),
  ).flatMap((file) => {
    const places = readFileSync(join(ROOT, file), 'utf8').match(TEXT_IN_A_STATEMENT) ?? [];
    return places.length === 0 ? [] : [[file, places.length] as const];
  });
  expect(Object.fromEntries(found)).toEqual(KNOWN);
});
