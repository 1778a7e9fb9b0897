import type Router from '@koa/router';
import { z } from 'zod';
import { AmazonSummary } from '../../contract/summary';
import { claimsByMonth, ordersByDay, outOfStock, UnknownTimeZone } from '../../store/summary';
import type { ApiDeps } from '../api-deps';
import { ApiError } from '../api-error';
import { endpoint } from '../endpoint';

const MONTHS = 'must be from 1 to 24';
const DAYS = 'must be from 1 to 92';
const ITEMS = 'must be from 1 to 200';

const Query = z.strictObject({
  months: z.coerce.number('must be a number').int().min(1, MONTHS).max(24, MONTHS).default(12),
  days: z.coerce.number('must be a number').int().min(1, DAYS).max(92, DAYS).default(30),
  items: z.coerce.number('must be a number').int().min(1, ITEMS).max(200, ITEMS).default(20),
  /** A name and not an offset: PostgreSQL reads the sign of `+02:00` the other way round. */
  timeZone: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/, 'must be an IANA time zone')
    .max(64)
    .default('UTC'),
});

/** Figures over all that is stored: what a page of rows cannot tell. */
export function summary(router: Router, deps: ApiDeps): void {
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/v1/integrations/amazon/summary',
      operationId: 'summarize',
      tag: 'Data',
      summary: 'Sum up claims by month, orders by day and stock that is out',
      description:
        'Claims of the last `months`, by reason and currency; amounts are exact and never mix currencies. Orders of ' +
        'the last `days`. SKUs of which a marketplace has no unit to sell, the first `items` of them. Months and ' +
        'days are those of `timeZone`.',
      query: Query,
      reply: AmazonSummary,
    },
    async ({ userKey, query }) => {
      const { timeZone } = query;
      const zone = { now: new Date(deps.now()), timeZone };
      const [claims, orders, stock] = await Promise.all([
        claimsByMonth(deps.db.ofUser(userKey), userKey, { ...zone, count: query.months }),
        ordersByDay(deps.db.ofUser(userKey), userKey, { ...zone, count: query.days }),
        outOfStock(deps.db.ofUser(userKey), userKey, query.items),
      ]).catch((error: unknown) => {
        if (!(error instanceof UnknownTimeZone)) throw error;
        throw new ApiError('invalid_request', { message: error.message });
      });
      return {
        success: true,
        timeZone,
        claimsByMonth: claims,
        ordersByDay: orders,
        outOfStock: stock,
      };
    },
  );
}
