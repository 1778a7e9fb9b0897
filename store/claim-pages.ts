import { expressionBuilder, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { ClaimRow } from '../contract/rows';
import type { ClaimSort } from '../contract/sorts';
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
import type { ClaimsTable, Tables } from './tables';
import { userConnections } from './user-connections';

export interface ClaimFilters {
  /** Approved at or after, and before. */
  from?: Date;
  to?: Date;
  orderId?: string;
  sku?: string;
  asin?: string;
  reason?: string;
}

type ClaimPageRequest = SortedPageRequest<ClaimSort>;

const Id = z.string().regex(/^\d{1,18}$/);
const DateKey = z.tuple([TimeKey, Id]);
const AmountKey = z.tuple([z.string().regex(/^-?\d{1,100}(\.\d{1,100})?$/), Id]);

/** A user's claims, the line items of FBA reimbursements, newest approval first unless sorted otherwise. */
export async function listClaims(
  db: Database,
  userKey: string,
  filters: ClaimFilters,
  page: ClaimPageRequest,
  totalOf: TotalOf = countedNow,
): Promise<Page<ClaimRow>> {
  const [total, slice] = await Promise.all([
    totalOf(() => countClaims(db, userKey, filters)),
    sliceClaims(db, userKey, filters, page),
  ]);
  return { ...slice, total };
}

async function countClaims(db: Database, userKey: string, filters: ClaimFilters): Promise<number> {
  const { total } = await db
    .selectFrom('claims')
    .where('connection_id', 'in', userConnections(db, userKey))
    .where(({ and }) => and(conditionsOf(filters)))
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirstOrThrow();
  return Number(total);
}

/** The same without the total, which costs a look at every row. */
export async function sliceClaims(
  db: Database,
  userKey: string,
  filters: ClaimFilters,
  page: ClaimPageRequest,
): Promise<Slice<ClaimRow>> {
  const { sort = '-approvalDate', cursor } = page;
  const order = keysetOf(sort);
  const found = await userConnections(db, userKey)
    .innerJoinLateral(
      ({ selectFrom }) =>
        selectFrom('claims')
          .selectAll('claims')
          .whereRef('claims.connection_id', '=', 'connections.id')
          .where(({ and }) => and(conditionsOf(filters)))
          .$if(cursor !== undefined, (rows) =>
            rows.where(comesAfter(order, keyIn(cursor ?? '', sort))),
          )
          .orderBy(inOrder(order))
          .limit(page.limit + 1)
          .as('claims'),
      (join) => join.onTrue(),
    )
    .clearSelect()
    .selectAll('claims')
    .orderBy(inOrder(order))
    .limit(page.limit + 1)
    .execute();
  return sliceOf(found, page, sort, toRow, (row) => [
    isByDate(sort) ? row.approval_date.toISOString() : (row.amount_total ?? '0'),
    row.id,
  ]);
}

function isByDate(sort: ClaimSort): boolean {
  return sort === '-approvalDate' || sort === 'approvalDate';
}

function keyIn(cursor: string, sort: ClaimSort): readonly unknown[] {
  return isByDate(sort)
    ? decodeCursor(cursor, sort, DateKey)
    : decodeCursor(cursor, sort, AmountKey);
}

function keysetOf(sort: ClaimSort): Keyset {
  return {
    columns: [
      isByDate(sort) ? sql.ref('claims.approval_date') : sql`coalesce(claims.amount_total, 0)`,
      sql.ref('claims.id'),
    ],
    descending: isDescending(sort),
  };
}

function conditionsOf({ from, to, orderId, sku, asin, reason }: ClaimFilters) {
  const eb = expressionBuilder<Tables, 'claims'>();
  const conditions = [];
  if (from !== undefined) conditions.push(eb('approval_date', '>=', from));
  if (to !== undefined) conditions.push(eb('approval_date', '<', to));
  if (orderId !== undefined) conditions.push(eb('amazon_order_id', '=', orderId));
  if (sku !== undefined) conditions.push(eb('sku', '=', sku));
  if (asin !== undefined) conditions.push(eb('asin', '=', asin));
  if (reason !== undefined) conditions.push(eb('reason', '=', reason));
  return conditions;
}

function toRow(row: Selectable<ClaimsTable>): ClaimRow {
  return {
    id: row.id,
    reimbursementId: row.reimbursement_id,
    approvalDate: row.approval_date.toISOString(),
    caseId: row.case_id,
    orderId: row.amazon_order_id,
    reason: row.reason,
    sku: row.sku,
    fnsku: row.fnsku,
    asin: row.asin,
    title: row.title,
    condition: row.condition,
    currency: row.currency,
    amountPerUnit: row.amount_per_unit,
    amountTotal: row.amount_total,
    quantityCash: row.quantity_cash,
    quantityInventory: row.quantity_inventory,
    quantityTotal: row.quantity_total,
    originalReimbursementId: row.original_reimbursement_id,
    originalReimbursementType: row.original_reimbursement_type,
  };
}
