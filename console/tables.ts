import type { JSX } from 'preact';
import type { Resource } from '../contract/resources';
import { ClaimsView } from './claims-view.tsx';
import { InventoryView } from './inventory-view.tsx';
import { OrdersView } from './orders-view.tsx';
import { ReturnsView } from './returns-view.tsx';
import type { TableProps } from './table-view.tsx';

/** How the rows of each resource are shown. */
export const TABLES: Readonly<Record<Resource, (props: TableProps) => JSX.Element>> = {
  orders: OrdersView,
  inventory: InventoryView,
  claims: ClaimsView,
  returns: ReturnsView,
};
