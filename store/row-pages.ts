import { type Expression, type Selectable, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import type { Resource } from '../contract/resources';
import type { Database } from './database';
import { comesAfter, inOrder, isDescending, type Keyset } from './keyset';
import {
  countedNow,
  decodeCursor,
  type Page,
  type Slice,
  type SortedPageRequest,
  sliceOf,
  type TotalOf,
} from './page';
import type { Tables } from './tables';
import { userConnections } from './user-connections';

/** A user's rows of a resource, in pages. */
export interface RowPages<Filters, Sort extends string, Row> {
  readonly resource: Resource;
  list(
    db: Database,
    userKey: string,
    filters: Filters,
    page: SortedPageRequest<Sort>,
    totalOf?: TotalOf,
  ): Promise<Page<Row>>;
  /** The same without the total, which costs a look at every row. */
  slice(
    db: Database,
    userKey: string,
    filters: Filters,
    page: SortedPageRequest<Sort>,
  ): Promise<Slice<Row>>;
}

/** What rows are sorted by: columns that are together unique, and their values in a row and in a cursor. */
export interface SortKey<Found> {
  columns: Keyset['columns'];
  of: (found: Found) => readonly unknown[];
  schema: z.ZodType<readonly unknown[]>;
}

export interface RowPagesSpec<Table extends Resource, Filters, Sort extends string, Row> {
  /** Each resource has a table of its name. */
  table: Table;
  defaultSort: Sort;
  keys: Readonly<Record<Sort, SortKey<Selectable<Tables[Table]>>>>;
  conditionsOf: (filters: Filters) => readonly Expression<SqlBool>[];
  toRows: (found: readonly Selectable<Tables[Table]>[], db: Database) => Row[] | Promise<Row[]>;
}

/**
 * Pages over a table of rows that belong to connections. Each connection gives its first rows by an index over connection
 * and sort; those of all connections are then put in order.
 */
export function createRowPages<Table extends Resource, Filters, Sort extends string, Row>({
  table,
  defaultSort,
  keys,
  conditionsOf,
  toRows,
}: RowPagesSpec<Table, Filters, Sort, Row>): RowPages<Filters, Sort, Row> {
  const rows = sql.table(table);
  const connectionId = sql.ref(`${table}.connection_id`);
  const all = (conditions: readonly Expression<SqlBool>[]) =>
    sql<SqlBool>`${sql.join([sql`true`, ...conditions], sql` and `)}`;

  const slice: RowPages<Filters, Sort, Row>['slice'] = async (db, userKey, filters, page) => {
    const { sort = defaultSort, cursor, limit } = page;
    const key = keys[sort];
    const order: Keyset = { columns: key.columns, descending: isDescending(sort) };
    const after =
      cursor === undefined ? [] : [comesAfter(order, decodeCursor(cursor, sort, key.schema))];
    const ordered = sql`order by ${inOrder(order)} limit ${limit + 1}`;
    const { rows: found } = await sql<Selectable<Tables[Table]>>`
      select ${rows}.* from ${userConnections(db, userKey)} as connections
      join lateral (
        select * from ${rows}
        where ${connectionId} = connections.id and ${all([...conditionsOf(filters), ...after])} ${ordered}
      ) as ${rows} on true ${ordered}`.execute(db);
    const sliced = sliceOf(found, page, sort, (row) => row, key.of);
    return { ...sliced, rows: await toRows(sliced.rows, db) };
  };

  async function count(db: Database, userKey: string, filters: Filters): Promise<number> {
    const { rows: counted } = await sql<{ total: string }>`
      select count(*) as total from ${rows}
      where ${connectionId} in ${userConnections(db, userKey)} and ${all(conditionsOf(filters))}`.execute(
      db,
    );
    return Number(counted[0]?.total ?? 0);
  }

  return {
    resource: table,
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
