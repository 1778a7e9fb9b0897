import type { ReturnRow } from '../contract/returns';
import { nullable, number, object, text } from './shapes.ts';
import { plainWords } from './sync-words.ts';
import { type TableProps, type TableSpec, TableView } from './table-view.tsx';
import { Moment } from './time-words.tsx';

const words = nullable(text);

/** Amazon's most frequent ones; the list of an account may have others, which its rows show. */
const REASONS = [
  'UNWANTED_ITEM',
  'DEFECTIVE',
  'NOT_AS_DESCRIBED',
  'ORDERED_WRONG_ITEM',
  'MISSED_ESTIMATED_DELIVERY',
  'DAMAGED_BY_CARRIER',
  'DAMAGED_BY_FC',
  'SWITCHEROO',
];

const RETURNS: TableSpec<ReturnRow> = {
  name: 'returns',
  title: 'Returns',
  noun: 'return',
  row: object<ReturnRow>({
    id: text,
    returnDate: text,
    orderId: text,
    sku: text,
    asin: words,
    fnsku: words,
    title: words,
    quantity: number,
    fulfillmentCenterId: words,
    disposition: words,
    reason: words,
    status: words,
    licensePlateNumber: words,
  }),
  columns: [
    { title: 'Order', cell: ({ orderId }) => orderId },
    { title: 'Returned', cell: ({ returnDate }) => <Moment at={returnDate} as="day" /> },
    { title: 'Reason', cell: ({ reason }) => (reason === null ? '' : plainWords(reason)) },
    { title: 'SKU', cell: ({ sku }) => sku },
    { title: 'Title', kind: 'title', cell: ({ title }) => title },
    {
      title: 'Found',
      cell: ({ disposition }) => (disposition === null ? '' : plainWords(disposition)),
    },
    { title: 'Status', cell: ({ status }) => status },
    { title: 'Units', kind: 'number', cell: ({ quantity }) => quantity.toLocaleString() },
  ],
  filters: [
    {
      name: 'reason',
      label: 'Reason',
      kind: 'choice',
      options: REASONS.map((value) => ({ value, label: plainWords(value) })),
    },
    { name: 'from', label: 'Returned from', kind: 'day' },
    { name: 'to', label: 'Returned to', kind: 'day', isEnd: true },
    { name: 'orderId', label: 'Order', kind: 'text' },
    { name: 'sku', label: 'SKU', kind: 'text' },
    { name: 'asin', label: 'ASIN', kind: 'text' },
    {
      name: 'sort',
      label: 'Sorted by',
      kind: 'choice',
      noChoice: 'Newest first',
      options: [{ value: 'returnDate', label: 'Oldest first' }],
    },
  ],
};

export function ReturnsView(props: TableProps) {
  return <TableView spec={RETURNS} {...props} />;
}
