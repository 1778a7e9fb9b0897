import { marketplaceOf } from '../contract/marketplaces.ts';

/** What people call a marketplace; one that is new is called by its id. */
export function marketplaceName(id: string): string {
  return marketplaceOf(id)?.name ?? id;
}
