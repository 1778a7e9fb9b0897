import { z } from 'zod';

/** How lists can be sorted; with a minus, the largest or latest first. The first of each is the default. */
export const OrderSort = z.enum(['-purchaseDate', 'purchaseDate', '-lastUpdated', 'lastUpdated']);
export type OrderSort = z.infer<typeof OrderSort>;

export const InventorySort = z.enum(['sku', '-sku', 'fulfillable', '-fulfillable']);
export type InventorySort = z.infer<typeof InventorySort>;

/** A claim without an amount, such as one that was paid in goods, counts as 0. */
export const ClaimSort = z.enum(['-approvalDate', 'approvalDate', '-amountTotal', 'amountTotal']);
export type ClaimSort = z.infer<typeof ClaimSort>;
