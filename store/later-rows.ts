import type { LaterResource } from '../contract/resources';
import { returnPages } from './returns';
import type { RowPages } from './row-pages';

/** The rows of each later resource, in pages. */
export const LATER_ROWS: Readonly<Record<LaterResource, RowPages>> = { returns: returnPages };
