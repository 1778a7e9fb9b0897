import type { AmazonSummary, ClaimsOfMonth, OrdersOfDay, OutOfStock } from '../contract/summary';
import { list, nullable, number, object, type Shape, text } from './shapes.ts';

const claimsOfMonth: Shape<ClaimsOfMonth> = object({
  month: text,
  reason: nullable(text),
  currency: nullable(text),
  claims: number,
  amount: text,
});

const ordersOfDay: Shape<OrdersOfDay> = object({ day: text, orders: number, cancelled: number });

const outOfStock: Shape<OutOfStock> = object({
  marketplaceId: text,
  sku: text,
  asin: nullable(text),
  title: nullable(text),
  inbound: number,
  reserved: number,
});

export type Summary = Omit<AmazonSummary, 'success'>;

export const summary: Shape<Summary> = object({
  timeZone: text,
  claimsByMonth: list(claimsOfMonth),
  ordersByDay: list(ordersOfDay),
  outOfStock: object({ total: number, of: number, items: list(outOfStock) }),
});
