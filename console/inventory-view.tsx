import type { InventoryRow } from '../contract/rows';
import { marketplaceName } from './marketplace-name.ts';
import { MARKETPLACE_FILTER } from './orders-view.tsx';
import { stock } from './row-answers.ts';
import { plainWords } from './sync-words.ts';
import { type Column, type TableProps, type TableSpec, TableView } from './table-view.tsx';

const units = (title: string, of: (row: InventoryRow) => number): Column<InventoryRow> => ({
  title,
  kind: 'number',
  cell: (row) => of(row).toLocaleString(),
});

const INVENTORY: TableSpec<InventoryRow> = {
  name: 'inventory',
  title: 'Inventory',
  noun: 'item',
  row: stock,
  columns: [
    { title: 'SKU', cell: ({ sku }) => sku },
    { title: 'Title', kind: 'title', cell: ({ title }) => title },
    { title: 'Marketplace', cell: ({ marketplaceId }) => marketplaceName(marketplaceId) },
    {
      title: 'Condition',
      cell: ({ condition }) => (condition === null ? '' : plainWords(condition)),
    },
    units('To sell', ({ fulfillable }) => fulfillable),
    units(
      'On the way',
      ({ inboundWorking, inboundShipped, inboundReceiving }) =>
        inboundWorking + inboundShipped + inboundReceiving,
    ),
    units('Reserved', ({ reserved }) => reserved),
    units('Unfulfillable', ({ unfulfillable }) => unfulfillable),
    units('Researched', ({ researching }) => researching),
    units('Total', ({ total }) => total),
  ],
  filters: [
    MARKETPLACE_FILTER,
    { name: 'sku', label: 'SKU', kind: 'text' },
    { name: 'asin', label: 'ASIN', kind: 'text' },
    {
      name: 'sort',
      label: 'Sorted by',
      kind: 'choice',
      noChoice: 'SKU, A to Z',
      options: [
        { value: '-sku', label: 'SKU, Z to A' },
        { value: 'fulfillable', label: 'Fewest to sell first' },
        { value: '-fulfillable', label: 'Most to sell first' },
      ],
    },
  ],
};

export function InventoryView(props: TableProps) {
  return <TableView spec={INVENTORY} {...props} />;
}
