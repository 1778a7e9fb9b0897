import type { ClaimRow, InventoryRow, OrderItemRow, OrderRow } from '../contract/rows';
import { flag, list, nullable, number, object, type Shape, text } from './shapes.ts';

const words = nullable(text);

const orderItem: Shape<OrderItemRow> = object({
  orderItemId: words,
  sku: words,
  asin: words,
  title: words,
  quantity: number,
  status: words,
  currency: words,
  itemPrice: words,
  itemTax: words,
  shippingPrice: words,
  shippingTax: words,
  giftWrapPrice: words,
  giftWrapTax: words,
  promotionDiscount: words,
});

export const order: Shape<OrderRow> = object({
  id: text,
  orderId: text,
  marketplaceId: words,
  salesChannel: words,
  purchaseDate: text,
  lastUpdated: text,
  status: text,
  fulfilledBy: words,
  isBusiness: nullable(flag),
  currency: words,
  total: words,
  items: list(orderItem),
});

export const stock: Shape<InventoryRow> = object({
  id: text,
  marketplaceId: text,
  sku: text,
  fnsku: words,
  asin: words,
  title: words,
  condition: words,
  fulfillable: number,
  inboundWorking: number,
  inboundShipped: number,
  inboundReceiving: number,
  reserved: number,
  unfulfillable: number,
  researching: number,
  total: number,
  lastUpdated: words,
});

export const claim: Shape<ClaimRow> = object({
  id: text,
  reimbursementId: text,
  approvalDate: text,
  caseId: words,
  orderId: words,
  reason: words,
  sku: words,
  fnsku: words,
  asin: words,
  title: words,
  condition: words,
  currency: words,
  amountPerUnit: words,
  amountTotal: words,
  quantityCash: nullable(number),
  quantityInventory: nullable(number),
  quantityTotal: nullable(number),
  originalReimbursementId: words,
  originalReimbursementType: words,
});
