import { z } from 'zod';

/** Claims of one month, reason and currency. */
export const ClaimsOfMonth = z.object({
  /** `2026-11` */
  month: z.string(),
  /** Null where Amazon gave none. */
  reason: z.string().nullable(),
  currency: z.string().nullable(),
  claims: z.number().int(),
  /** The exact sum; below zero where more was taken back than given. */
  amount: z.string(),
});
export type ClaimsOfMonth = z.infer<typeof ClaimsOfMonth>;

/** Orders of one day. A day without orders is there too, with 0. */
export const OrdersOfDay = z.object({
  /** `2026-11-27` */
  day: z.string(),
  orders: z.number().int(),
  /** How many of them were cancelled. */
  cancelled: z.number().int(),
});
export type OrdersOfDay = z.infer<typeof OrdersOfDay>;

/** A SKU of which nothing can be sold in a marketplace at the moment. */
export const OutOfStock = z.object({
  marketplaceId: z.string(),
  sku: z.string(),
  asin: z.string().nullable(),
  title: z.string().nullable(),
  /** Units on their way to Amazon. */
  inbound: z.number().int(),
  reserved: z.number().int(),
});
export type OutOfStock = z.infer<typeof OutOfStock>;

/** What a seller looks at first, over all that is stored. */
export const AmazonSummary = z.object({
  success: z.literal(true),
  /** The zone in which months and days were cut. */
  timeZone: z.string(),
  claimsByMonth: z.array(ClaimsOfMonth),
  ordersByDay: z.array(OrdersOfDay),
  outOfStock: z.object({
    /** SKUs and marketplaces with nothing to sell, and with any stock record at all. */
    total: z.number().int(),
    of: z.number().int(),
    /** The first of them, those with nothing on its way before the others. */
    items: z.array(OutOfStock),
  }),
});
export type AmazonSummary = z.infer<typeof AmazonSummary>;
