import { type Expression, type SqlBool, sql } from 'kysely';
import type { AccountResource } from '../contract/resources';
import type { Tables } from './tables';

/** Values by which rows from reports of the whole account are filtered; times are `from`, included, and `to`, not. */
export interface AccountRowFilters {
  from?: Date;
  to?: Date;
  orderId?: string;
  sku?: string;
  asin?: string;
  reason?: string;
}

/** The filters of such a table, whose columns have the same names in all of them, but for that of the time. */
export function accountRowConditions<Table extends AccountResource>(
  table: Table,
  time: keyof Tables[Table] & string,
  { from, to, orderId, sku, asin, reason }: AccountRowFilters,
): Expression<SqlBool>[] {
  const column = (name: keyof Tables[AccountResource] & string) => sql.ref(`${table}.${name}`);
  const at = sql.ref(`${table}.${time}`);
  const conditions: Expression<SqlBool>[] = [];
  if (from !== undefined) conditions.push(sql`${at} >= ${from}`);
  if (to !== undefined) conditions.push(sql`${at} < ${to}`);
  if (orderId !== undefined) conditions.push(sql`${column('amazon_order_id')} = ${orderId}`);
  if (sku !== undefined) conditions.push(sql`${column('sku')} = ${sku}`);
  if (asin !== undefined) conditions.push(sql`${column('asin')} = ${asin}`);
  if (reason !== undefined) conditions.push(sql`${column('reason')} = ${reason}`);
  return conditions;
}
