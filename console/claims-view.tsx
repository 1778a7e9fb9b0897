import type { ClaimRow } from '../contract/rows';
import { Money } from './orders-view.tsx';
import { claim } from './row-answers.ts';
import { plainWords } from './sync-words.ts';
import { type TableProps, type TableSpec, TableView } from './table-view.tsx';
import { Moment } from './time-words.tsx';

/** Amazon's most frequent ones; the list of an account may have others, which its rows show. */
const REASONS = [
  'Lost_Warehouse',
  'Damaged_Warehouse',
  'Lost_Inbound',
  'Damaged_Inbound',
  'Lost_Outbound',
  'CustomerReturn',
  'CustomerServiceIssue',
  'Reimbursement_Reversal',
];

const CLAIMS: TableSpec<ClaimRow> = {
  name: 'claims',
  title: 'Claims',
  noun: 'claim',
  row: claim,
  columns: [
    { title: 'Reimbursement', cell: ({ reimbursementId }) => reimbursementId },
    { title: 'Approved', cell: ({ approvalDate }) => <Moment at={approvalDate} as="day" /> },
    { title: 'Reason', cell: ({ reason }) => (reason === null ? '' : plainWords(reason)) },
    { title: 'SKU', cell: ({ sku }) => sku },
    { title: 'Title', kind: 'title', cell: ({ title }) => title },
    { title: 'Order', cell: ({ orderId }) => orderId },
    {
      title: 'Units',
      kind: 'number',
      cell: ({ quantityTotal }) => quantityTotal?.toLocaleString(),
    },
    {
      title: 'Amount',
      kind: 'number',
      cell: ({ amountTotal, currency }) => <Money amount={amountTotal} currency={currency} />,
    },
  ],
  filters: [
    {
      name: 'reason',
      label: 'Reason',
      kind: 'choice',
      options: REASONS.map((value) => ({ value, label: plainWords(value) })),
    },
    { name: 'from', label: 'Approved from', kind: 'day' },
    { name: 'to', label: 'Approved to', kind: 'day', isEnd: true },
    { name: 'orderId', label: 'Order', kind: 'text' },
    { name: 'sku', label: 'SKU', kind: 'text' },
    { name: 'asin', label: 'ASIN', kind: 'text' },
    {
      name: 'sort',
      label: 'Sorted by',
      kind: 'choice',
      noChoice: 'Newest first',
      options: [
        { value: 'approvalDate', label: 'Oldest first' },
        { value: '-amountTotal', label: 'Largest amount first' },
        { value: 'amountTotal', label: 'Smallest amount first' },
      ],
    },
  ],
};

export function ClaimsView(props: TableProps) {
  return <TableView spec={CLAIMS} {...props} />;
}
