import type { ClaimRow, InventoryRow, OrderItemRow, OrderRow } from '../contract/rows';
import type { Column } from './csv';

/** One line for each item of an order, with the order's own cells before it. */
export interface OrderLine {
  order: OrderRow;
  /** Null for an order without items. */
  item: OrderItemRow | null;
}

export function orderLines(orders: readonly OrderRow[]): OrderLine[] {
  return orders.flatMap((order): OrderLine[] =>
    order.items.length === 0
      ? [{ order, item: null }]
      : order.items.map((item) => ({ order, item })),
  );
}

const text = <Row>(title: string, value: Column<Row>['value']): Column<Row> => ({
  title,
  value,
  kind: 'text',
});
const number = <Row>(title: string, value: Column<Row>['value']): Column<Row> => ({
  title,
  value,
  kind: 'number',
});

export const ORDER_COLUMNS: readonly Column<OrderLine>[] = [
  text('order id', ({ order }) => order.orderId),
  text('purchase date', ({ order }) => order.purchaseDate),
  text('last updated', ({ order }) => order.lastUpdated),
  text('status', ({ order }) => order.status),
  text('marketplace', ({ order }) => order.salesChannel ?? order.marketplaceId),
  text('fulfilled by', ({ order }) => order.fulfilledBy),
  text('business', ({ order }) => order.isBusiness),
  text('currency', ({ order }) => order.currency),
  number('order total', ({ order }) => order.total),
  text('order item id', ({ item }) => item?.orderItemId ?? null),
  text('sku', ({ item }) => item?.sku ?? null),
  text('asin', ({ item }) => item?.asin ?? null),
  text('title', ({ item }) => item?.title ?? null),
  number('quantity', ({ item }) => item?.quantity ?? null),
  text('item status', ({ item }) => item?.status ?? null),
  number('item price', ({ item }) => item?.itemPrice ?? null),
  number('item tax', ({ item }) => item?.itemTax ?? null),
  number('shipping price', ({ item }) => item?.shippingPrice ?? null),
  number('shipping tax', ({ item }) => item?.shippingTax ?? null),
  number('gift wrap price', ({ item }) => item?.giftWrapPrice ?? null),
  number('gift wrap tax', ({ item }) => item?.giftWrapTax ?? null),
  number('promotion discount', ({ item }) => item?.promotionDiscount ?? null),
];

export const INVENTORY_COLUMNS: readonly Column<InventoryRow>[] = [
  text('sku', (row) => row.sku),
  text('fnsku', (row) => row.fnsku),
  text('asin', (row) => row.asin),
  text('title', (row) => row.title),
  text('condition', (row) => row.condition),
  text('marketplace id', (row) => row.marketplaceId),
  number('fulfillable', (row) => row.fulfillable),
  number('inbound working', (row) => row.inboundWorking),
  number('inbound shipped', (row) => row.inboundShipped),
  number('inbound receiving', (row) => row.inboundReceiving),
  number('reserved', (row) => row.reserved),
  number('unfulfillable', (row) => row.unfulfillable),
  number('researching', (row) => row.researching),
  number('total', (row) => row.total),
  text('last updated', (row) => row.lastUpdated),
];

export const CLAIM_COLUMNS: readonly Column<ClaimRow>[] = [
  text('reimbursement id', (row) => row.reimbursementId),
  text('approval date', (row) => row.approvalDate),
  text('reason', (row) => row.reason),
  text('case id', (row) => row.caseId),
  text('order id', (row) => row.orderId),
  text('sku', (row) => row.sku),
  text('fnsku', (row) => row.fnsku),
  text('asin', (row) => row.asin),
  text('title', (row) => row.title),
  text('condition', (row) => row.condition),
  text('currency', (row) => row.currency),
  number('amount per unit', (row) => row.amountPerUnit),
  number('amount total', (row) => row.amountTotal),
  number('quantity cash', (row) => row.quantityCash),
  number('quantity inventory', (row) => row.quantityInventory),
  number('quantity total', (row) => row.quantityTotal),
  text('original reimbursement id', (row) => row.originalReimbursementId),
  text('original reimbursement type', (row) => row.originalReimbursementType),
];
