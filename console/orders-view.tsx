import { MARKETPLACES } from '../contract/marketplaces.ts';
import type { OrderItemRow, OrderRow } from '../contract/rows';
import type { FilterField } from './filter-query.ts';
import { marketplaceName } from './marketplace-name.ts';
import { order } from './row-answers.ts';
import { countWords, plainWords } from './sync-words.ts';
import { type TableProps, type TableSpec, TableView } from './table-view.tsx';
import { Moment } from './time-words.tsx';

const STATUSES = [
  'PENDING_AVAILABILITY',
  'PENDING',
  'UNSHIPPED',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'CANCELLED',
  'UNFULFILLABLE',
];

export const MARKETPLACE_FILTER: FilterField = {
  name: 'marketplaceId',
  label: 'Marketplace',
  kind: 'choice',
  options: MARKETPLACES.map(({ id, name }) => ({ value: id, label: name })),
};

const ORDERS: TableSpec<OrderRow> = {
  name: 'orders',
  title: 'Orders',
  noun: 'order',
  row: order,
  columns: [
    { title: 'Order', cell: ({ orderId }) => orderId },
    { title: 'Purchased', cell: ({ purchaseDate }) => <Moment at={purchaseDate} /> },
    { title: 'Status', cell: ({ status }) => plainWords(status) },
    {
      title: 'Marketplace',
      cell: ({ marketplaceId, salesChannel }) =>
        marketplaceId === null ? salesChannel : marketplaceName(marketplaceId),
    },
    { title: 'Items', kind: 'title', cell: ({ items }) => <Items items={items} /> },
    {
      title: 'Total',
      kind: 'number',
      cell: ({ total, currency }) => <Money amount={total} currency={currency} />,
    },
  ],
  filters: [
    {
      name: 'status',
      label: 'Status',
      kind: 'choice',
      options: STATUSES.map((value) => ({ value, label: plainWords(value) })),
    },
    MARKETPLACE_FILTER,
    { name: 'from', label: 'Purchased from', kind: 'day' },
    { name: 'to', label: 'Purchased to', kind: 'day', isEnd: true },
    { name: 'orderId', label: 'Order', kind: 'text' },
    { name: 'sku', label: 'SKU', kind: 'text' },
    { name: 'asin', label: 'ASIN', kind: 'text' },
    {
      name: 'sort',
      label: 'Sorted by',
      kind: 'choice',
      noChoice: 'Newest first',
      options: [
        { value: 'purchaseDate', label: 'Oldest first' },
        { value: '-lastUpdated', label: 'Last changed first' },
        { value: 'lastUpdated', label: 'Longest unchanged first' },
      ],
    },
  ],
};

export function OrdersView(props: TableProps) {
  return <TableView spec={ORDERS} {...props} />;
}

/** An amount exactly as the API tells it. */
export function Money({ amount, currency }: { amount: string | null; currency: string | null }) {
  if (amount === null) return <span class="muted">not known</span>;
  return (
    <>
      {amount} {currency}
    </>
  );
}

function Items({ items }: { items: readonly OrderItemRow[] }) {
  const [first] = items;
  if (first === undefined) return <span class="muted">not known</span>;
  const units = items.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <details>
      <summary>{countWords(units, 'unit')}</summary>
      <ul class="items">
        {items.map((item, index) => (
          // Reports have no item ids, and two lines may be alike.
          <li key={`${item.orderItemId} ${index}`}>
            {item.quantity} × {item.title ?? item.sku ?? 'Item'}
            <span class="muted">
              {item.sku !== null && ` · ${item.sku}`}
              {item.itemPrice !== null && ` · ${item.itemPrice} ${item.currency ?? ''}`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
