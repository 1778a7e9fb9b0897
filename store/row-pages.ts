import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { LaterRow } from '../contract/later-lists';
import type { LaterResource } from '../contract/resources';
import type { Database } from './database';
import { comesAfter, inOrder, isDescending, type Keyset } from './keyset';
import {
  countedNow,
  decodeCursor,
  type Page,
  type Slice,
  type SortedPageRequest,
  sliceOf,
  TimeKey,
  type TotalOf,
} from './page';

/** Values of filters; times are `from`, included, and `to`, not. */
export interface RowFilters {
  from?: Date;
  to?: Date;
  orderId?: string;
  sku?: string;
  asin?: string;
  reason?: string;
}

/** A user's rows of a later resource, in pages, by the time in one of their columns. */
export interface RowPages {
  list(
    db: Database,
    userKey: string,
    filters: RowFilters,
    page: RowPageRequest,
    totalOf?: TotalOf,
  ): Promise<Page<LaterRow>>;
  /** The same without the total, which costs a look at every row. */
  slice(
    db: Database,
    userKey: string,
    filters: RowFilters,
    page: RowPageRequest,
  ): Promise<Slice<LaterRow>>;
}

const EQUAL = ['orderId', 'sku', 'asin', 'reason'] as const;

type RowPageRequest = SortedPageRequest<string>;

interface RowPagesSpec<Found> {
  table: LaterResource;
  /** What it is sorted by, and `from` and `to` compare; with the id it is a key. */
  time: keyof Found & string;
  timeOf: (found: Found) => Date;
  /** The columns that the other filters compare. */
  columns: Readonly<Record<(typeof EQUAL)[number], keyof Found & string>>;
  toRow: (found: Found) => LaterRow;
}

const Key = z.tuple([TimeKey, z.string().regex(/^\d{1,18}$/)]);

/** Pages over the table of a later resource, which has an id that counts up and an index by connection, time and id. */
export function createRowPages<Found extends { id: string }>({
  table,
  time,
  timeOf,
  columns,
  toRow,
}: RowPagesSpec<Found>): RowPages {
  const column = (name: string) => sql.ref(`${table}.${name}`);

  function conditionsOf({ from, to, ...equal }: RowFilters): RawBuilder<unknown> {
    const conditions = [sql`true`];
    if (from !== undefined) conditions.push(sql`${column(time)} >= ${from}`);
    if (to !== undefined) conditions.push(sql`${column(time)} < ${to}`);
    for (const name of EQUAL) {
      const value = equal[name];
      if (value !== undefined) conditions.push(sql`${column(columns[name])} = ${value}`);
    }
    return sql.join(conditions, sql` and `);
  }

  const slice: RowPages['slice'] = async (db, userKey, filters, page) => {
    const { sort = '-', cursor, limit } = page;
    const order: Keyset = { columns: [column(time), column('id')], descending: isDescending(sort) };
    const after =
      cursor === undefined ? sql`true` : comesAfter(order, decodeCursor(cursor, sort, Key));
    const { rows } = await sql<Found>`
      select ${sql.table(table)}.* from connections
      join lateral (
        select * from ${sql.table(table)}
        where ${column('connection_id')} = connections.id and ${conditionsOf(filters)} and ${after}
        order by ${inOrder(order)} limit ${limit + 1}
      ) as ${sql.table(table)} on true
      where connections.user_key = ${userKey} and connections.status <> 'disconnected'
      order by ${inOrder(order)} limit ${limit + 1}`.execute(db);
    return sliceOf(rows, page, sort, toRow, (row) => [timeOf(row).toISOString(), row.id]);
  };

  async function count(db: Database, userKey: string, filters: RowFilters): Promise<number> {
    const { rows } = await sql<{ total: string }>`
      select count(*) as total from ${sql.table(table)}
      where ${column('connection_id')} in (select id from connections
        where user_key = ${userKey} and status <> 'disconnected') and ${conditionsOf(filters)}`.execute(
      db,
    );
    return Number(rows[0]?.total ?? 0);
  }

  return {
    slice,
    async list(db, userKey, filters, page, totalOf = countedNow) {
      const [total, found] = await Promise.all([
        totalOf(() => count(db, userKey, filters)),
        slice(db, userKey, filters, page),
      ]);
      return { ...found, total };
    },
  };
}
