import { sql } from 'kysely';
import { DatabaseError } from 'pg';
import type { ClaimsOfMonth, OrdersOfDay, OutOfStock } from '../contract/summary';
import type { Database } from './database';
import { userConnections } from './user-connections';

/** Calendar periods up to the one that `now` is in, as a zone has them. */
export interface Periods {
  now: Date;
  /** An IANA name. */
  timeZone: string;
  count: number;
}

/** PostgreSQL knows no such zone, though the caller's list may. */
export class UnknownTimeZone extends Error {
  override readonly name = 'UnknownTimeZone';

  constructor(timeZone: string) {
    super(`timeZone: ${timeZone} is not known`);
  }
}

/** SQLSTATE `invalid_parameter_value`. */
const INVALID_PARAMETER = '22023';

/**
 * A user's claims by month, reason and currency. At most so many groups as there are months, reasons (some thirty
 * at Amazon) and currencies of the seller. Throws {@link UnknownTimeZone}.
 */
export async function claimsByMonth(
  db: Database,
  userKey: string,
  periods: Periods,
): Promise<ClaimsOfMonth[]> {
  const { timeZone, count } = periods;
  const month = sql<string>`to_char(approval_date at time zone ${timeZone}, 'YYYY-MM')`;
  const rows = await inZone(
    timeZone,
    db
      .selectFrom('claims')
      .where('connection_id', 'in', userConnections(db, userKey))
      .where(
        'approval_date',
        '>=',
        firstOf('month', periods, sql`make_interval(months => ${count - 1})`),
      )
      .select([
        month.as('month'),
        'reason',
        'currency',
        ({ fn }) => fn.countAll<string>().as('claims'),
        sql<string>`coalesce(sum(amount_total), 0)::text`.as('amount'),
      ])
      .groupBy([sql`1`, 'reason', 'currency'])
      .orderBy('month')
      .orderBy('currency')
      .orderBy('reason')
      .execute(),
  );
  return rows.map(({ claims, ...row }) => ({ ...row, claims: Number(claims) }));
}

/** A user's orders by day of purchase; days without any have 0. Throws {@link UnknownTimeZone}. */
export async function ordersByDay(
  db: Database,
  userKey: string,
  periods: Periods,
): Promise<OrdersOfDay[]> {
  const { timeZone, count, now } = periods;
  const first = firstOf('day', periods, sql`make_interval(days => ${count - 1})`);
  const rows = await inZone(
    timeZone,
    db
      .selectFrom(
        sql<{ day: Date }>`generate_series(
          (${first}) at time zone ${timeZone},
          ${now}::timestamptz at time zone ${timeZone},
          interval '1 day')`.as<'days'>(sql`days(day)`),
      )
      .leftJoin(
        db
          .selectFrom('orders')
          .where('connection_id', 'in', userConnections(db, userKey))
          .where('purchase_date', '>=', first)
          .select([
            sql<Date>`date_trunc('day', purchase_date at time zone ${timeZone})`.as('day'),
            ({ fn }) => fn.countAll<string>().as('orders'),
            sql<string>`count(*) filter (where status = 'CANCELLED')`.as('cancelled'),
          ])
          .groupBy(sql`1`)
          .as('found'),
        'found.day',
        'days.day',
      )
      .select([
        sql<string>`to_char(days.day, 'YYYY-MM-DD')`.as('day'),
        sql<string>`coalesce(found.orders, 0)`.as('orders'),
        sql<string>`coalesce(found.cancelled, 0)`.as('cancelled'),
      ])
      .orderBy('days.day')
      .execute(),
  );
  return rows.map(({ day, orders, cancelled }) => ({
    day,
    orders: Number(orders),
    cancelled: Number(cancelled),
  }));
}

export interface StockOut {
  total: number;
  of: number;
  items: OutOfStock[];
}

/**
 * The SKUs of which a marketplace has nothing to sell, all conditions and FNSKUs taken together; at most `limit`
 * of them, those with nothing on its way first.
 */
export async function outOfStock(db: Database, userKey: string, limit: number): Promise<StockOut> {
  const inbound = sql<string>`sum(inbound_working + inbound_shipped + inbound_receiving)`;
  const bySku = () =>
    db
      .selectFrom('inventory')
      .where('connection_id', 'in', userConnections(db, userKey))
      .where('gone_at', 'is', null)
      .groupBy(['connection_id', 'marketplace_id', 'sku']);
  const [counts, rows] = await Promise.all([
    db
      .selectFrom(bySku().select(sql<boolean>`sum(fulfillable) <= 0`.as('out')).as('skus'))
      .select([
        ({ fn }) => fn.countAll<string>().as('of'),
        sql<string>`count(*) filter (where out)`.as('total'),
      ])
      .executeTakeFirstOrThrow(),
    bySku()
      .having(sql<boolean>`sum(fulfillable) <= 0`)
      .select([
        'marketplace_id as marketplaceId',
        'sku',
        ({ fn }) => fn.min('asin').as('asin'),
        ({ fn }) => fn.min('title').as('title'),
        inbound.as('inbound'),
        sql<string>`sum(reserved)`.as('reserved'),
      ])
      .orderBy(inbound)
      .orderBy('sku')
      .orderBy('marketplace_id')
      .limit(limit)
      .execute(),
  ]);
  return {
    total: Number(counts.total),
    of: Number(counts.of),
    items: rows.map((row) => ({
      ...row,
      inbound: Number(row.inbound),
      reserved: Number(row.reserved),
    })),
  };
}

/** The moment at which the first of the periods began in its zone. */
function firstOf(unit: 'day' | 'month', { now, timeZone }: Periods, back: ReturnType<typeof sql>) {
  return sql<Date>`(date_trunc(${sql.lit(unit)}, ${now}::timestamptz at time zone ${timeZone})
    - ${back}) at time zone ${timeZone}`;
}

async function inZone<Rows>(timeZone: string, query: Promise<Rows>): Promise<Rows> {
  try {
    return await query;
  } catch (error) {
    const isZone = error instanceof DatabaseError && error.code === INVALID_PARAMETER;
    throw isZone ? new UnknownTimeZone(timeZone) : error;
  }
}
