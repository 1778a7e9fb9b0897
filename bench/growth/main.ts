import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { textTable } from '../../cli/text-table';
import { fail, print } from '../../dev/embedded-stack';
import { freePort } from '../../dev/free-port';
import { startPostgres } from '../../dev/postgres';
import { type Database, openDatabase } from '../../store/database';
import { migrate } from '../../store/migrate';
import { fillSellers } from './fill-sellers';
import { blocksOfQueries } from './look-at-queries';
import { placesASecond } from './places-a-second';

const USAGE = `Fills a PostgreSQL of its own with sellers, and tells what a row takes, how many blocks each query
touches as the tables grow, and how many syncs can start in a second.

  npm run growth                         100, then 1,000 sellers of 1,000 orders: a million
  npm run growth -- --sellers 10000      ten times as many, half an hour or more`;

const ORDERS_A_SELLER = 1_000;

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: { help: { type: 'boolean' }, sellers: { type: 'string', default: '1000' } },
  });
  const sellers = Number(flags.sellers);
  if (flags.help || !Number.isInteger(sellers) || sellers < 100) {
    print(USAGE);
    process.exitCode = flags.help ? 0 : 2;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'amazon-sync-growth-'));
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(0),
    database: 'growth',
    log: () => undefined,
  });
  await migrate(postgres.url);
  const db = openDatabase({
    url: postgres.url,
    maxConnections: 8,
    connectTimeoutMs: 30_000,
    statementTimeoutMs: 3_600_000,
    applicationName: 'amazon-sync-growth',
  });
  try {
    await report(db, sellers);
  } finally {
    await db.destroy();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function report(db: Database, sellers: number): Promise<void> {
  const sizes = [Math.floor(sellers / 10), sellers];
  const blocks: Record<string, number>[] = [];
  let from = 0;
  for (const to of sizes) {
    await fillSellers(db, { from, to, orders: ORDERS_A_SELLER });
    blocks.push(await blocksOfQueries(db, Math.floor(to / 2)));
    print(`${to} sellers are in`);
    from = to;
  }
  print();
  await printSizes(db);
  print();
  const names = Object.keys(blocks[0] ?? {});
  printTable(
    ['blocks that a query touches', ...sizes.map((size) => `${size} sellers`)],
    names.map((name) => [name, ...blocks.map((found) => String(found[name]))]),
  );
  print();
  const rows: string[][] = [];
  for (const running of [100, 1_000, 10_000, 50_000]) {
    const perSecond = await placesASecond(db, running, `user-${sellers - 1}`);
    rows.push([String(running), perSecond.toFixed(0), (1_000 / perSecond).toFixed(1)]);
  }
  printTable(['syncs that run', 'places a second', 'ms each'], rows);
}

async function printSizes(db: Database): Promise<void> {
  const { rows } = await sql<{ table: string; rows: string; heap: string; indexes: string }>`
    select relname as table, n_live_tup as rows,
      round(pg_table_size(relid)::numeric / n_live_tup) as heap,
      round(pg_indexes_size(relid)::numeric / n_live_tup) as indexes
    from pg_stat_user_tables
    where relname in ('orders', 'order_items', 'inventory', 'claims', 'returns', 'syncs')
    order by n_live_tup desc`.execute(db);
  printTable(
    ['table', 'rows', 'bytes a row', 'and of its indexes'],
    rows.map(({ table, rows: count, heap, indexes }) => [table, count, heap, indexes]),
  );
}

function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const line of textTable(header, rows)) print(line);
}

main().catch(fail);
