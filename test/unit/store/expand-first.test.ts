import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { MIGRATIONS } from '../../../store/migrate';
import { emptyDatabase } from './test-database';

/**
 * What a statement of a migration takes from processes of the version before, which run beside the new ones: the rules
 * of docs/architecture.md. A table that the migration itself has made is not in use yet.
 */
function takesAway(statements: readonly string[]): string[] {
  const made = new Set(statements.flatMap((text) => /^create table (\w+)/.exec(text)?.[1] ?? []));
  return statements.flatMap((text) => {
    const table = /^(?:alter table|create (?:unique )?index \w+ on) (\w+)/.exec(text)?.[1];
    if (table !== undefined && made.has(table)) return [];
    return RULES.filter(([, pattern]) => pattern.test(text)).map(([rule]) => rule);
  });
}

const RULES: readonly (readonly [rule: string, pattern: RegExp])[] = [
  ['renames', /\brename (column|to|constraint)\b/],
  ['drops', /^drop |\bdrop (column|constraint|default)\b/],
  ['changes a type', /\balter column \w+ (set data )?type\b/],
  ['demands a value', /\bset not null\b|\badd column (?![^,]*\bdefault\b)[^,]*\bnot null\b/],
  // `not valid` at first, `validate constraint` in a migration of its own: else it reads the table under a lock.
  [
    'checks at once',
    /\badd (?:constraint \w+ )?(check|foreign key|primary key|unique)\b(?!.*not valid)/,
  ],
  ['builds an index under a lock', /^create (unique )?index (?!concurrently)/],
];

/** Written before there was an installation that had to go on meanwhile. */
const BEFORE_ANYBODY = '0013-guarded-places';

/** A migration that says so in its name comes a release after nobody uses any more what it takes away. */
const isContracting = (name: string) => /^\d{4}-contract-/.test(name);

let statements: Map<string, string[]>;
beforeAll(async () => {
  const { url, drop } = await emptyDatabase();
  let run: CompiledQuery[] = [];
  const pool = new Pool({ connectionString: url, max: 1 });
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void run.push(query),
  });
  statements = new Map();
  for (const [name, migration] of Object.entries(MIGRATIONS)) {
    run = [];
    await migration.up(db);
    const texts = run.map(({ sql }) => sql.toLowerCase().replaceAll(/\s+/g, ' ').trim());
    statements.set(name, texts);
  }
  await db.destroy();
  await drop();
});

const takenBy = (name: string) => [...new Set(takesAway(statements.get(name) ?? []))].sort();

test('what the first migrations took away is noticed', () => {
  expect(takenBy('0001-first-tables')).toEqual([]);
  expect(takenBy('0002-marketplaces-apart')).toEqual(['checks at once', 'drops']);
  expect(takenBy('0003-quota-debts')).toEqual(['demands a value', 'drops']);
  expect(takenBy('0005-daily-syncs')).toEqual(['builds an index under a lock', 'checks at once']);
  expect(takenBy('0007-sorted-lists')).toEqual([]);
});

test.each([
  ['renames', 'alter table orders rename column total to amount'],
  ['changes a type', 'alter table orders alter column total type bigint'],
  ['demands a value', 'alter table orders add column note text not null'],
  ['builds an index under a lock', 'create unique index orders_key on orders (total)'],
])('a change that %s is noticed', (rule, text) => {
  expect(takesAway([text])).toEqual([rule]);
});

test.each([
  "alter table orders add column note text not null default ''",
  'alter table orders add column note text',
  'alter table orders add constraint sold check (total > 0) not valid',
  'create index concurrently if not exists orders_by_total on orders (total)',
])('%s takes nothing away', (text) => {
  expect(takesAway([text])).toEqual([]);
});

test('no later migration takes anything away, unless its name says that it contracts', () => {
  const later = Object.keys(MIGRATIONS).filter((name) => name > BEFORE_ANYBODY);
  for (const name of later)
    expect([name, isContracting(name) ? [] : takenBy(name)]).toEqual([name, []]);
});
