import type { LaterRow } from '../contract/later-lists';
import type { LaterResource } from '../contract/resources';
import type { AccountRowFilters } from './account-rows';
import { returnPages } from './returns';
import type { RowPages } from './row-pages';

/** The rows of each later resource, in pages. */
export const LATER_ROWS: Readonly<
  Record<LaterResource, RowPages<AccountRowFilters, string, LaterRow>>
> = { returns: returnPages };
