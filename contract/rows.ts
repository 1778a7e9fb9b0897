import { z } from 'zod';

/** Amounts are decimal strings, exact to the last digit; times are ISO UTC. Unknown values are null. */
const Amount = z.string().nullable();
const Text = z.string().nullable();
const Time = z.iso.datetime();
const RowId = z.string().describe('Names this row for good; no other of the list has it');

/**
 * One line of an order, with amounts for its whole quantity. Prices include tax but for the US and Canada,
 * where it comes on top.
 */
export const OrderItemRow = z
  .object({
    orderItemId: Text,
    sku: Text,
    asin: Text,
    title: Text,
    quantity: z.number().int(),
    status: Text,
    currency: Text,
    itemPrice: Amount,
    itemTax: Amount,
    shippingPrice: Amount,
    shippingTax: Amount,
    giftWrapPrice: Amount,
    giftWrapTax: Amount,
    promotionDiscount: Amount,
  })
  .meta({
    id: 'OrderItemRow',
    description: 'One line of an order, with amounts for its whole quantity',
  });
export type OrderItemRow = z.infer<typeof OrderItemRow>;

export const OrderRow = z
  .object({
    id: RowId,
    orderId: z.string(),
    marketplaceId: Text,
    salesChannel: Text,
    purchaseDate: Time,
    lastUpdated: Time,
    status: z.string(),
    fulfilledBy: Text,
    isBusiness: z.boolean().nullable(),
    currency: Text,
    total: Amount,
    items: z.array(OrderItemRow),
  })
  .meta({ id: 'OrderRow', description: 'An order with its items' });
export type OrderRow = z.infer<typeof OrderRow>;

export const InventoryRow = z
  .object({
    id: RowId,
    marketplaceId: z.string(),
    sku: z.string(),
    fnsku: Text,
    asin: Text,
    title: Text,
    condition: Text,
    fulfillable: z.number().int(),
    inboundWorking: z.number().int(),
    inboundShipped: z.number().int(),
    inboundReceiving: z.number().int(),
    reserved: z.number().int(),
    unfulfillable: z.number().int(),
    researching: z.number().int(),
    total: z.number().int(),
    lastUpdated: Time.nullable(),
  })
  .meta({
    id: 'InventoryRow',
    description: 'Stock of one SKU in one marketplace, by FNSKU and condition',
  });
export type InventoryRow = z.infer<typeof InventoryRow>;

export const ClaimRow = z
  .object({
    id: RowId,
    reimbursementId: z.string(),
    approvalDate: Time,
    caseId: Text,
    orderId: Text,
    reason: Text,
    sku: Text,
    fnsku: Text,
    asin: Text,
    title: Text,
    condition: Text,
    currency: Text,
    amountPerUnit: Amount,
    amountTotal: Amount,
    quantityCash: z.number().int().nullable(),
    quantityInventory: z.number().int().nullable(),
    quantityTotal: z.number().int().nullable(),
    originalReimbursementId: Text,
    originalReimbursementType: Text,
  })
  .meta({ id: 'ClaimRow', description: 'One line of an FBA reimbursement' });
export type ClaimRow = z.infer<typeof ClaimRow>;
