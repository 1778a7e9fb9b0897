import { RESOURCES } from '../contract/resources.ts';

export const VIEWS = ['overview', ...RESOURCES, 'history', 'settings'] as const;
export type View = (typeof VIEWS)[number];

/** What is looked at. It stands in the address, so that a reload or a new sign-in loses nothing. */
export interface Route {
  view: View;
  /** Filters, sort and the like; empty ones are left out. */
  query: Readonly<Record<string, string>>;
}

/** Reads `#/orders?status=SHIPPED`; anything unknown is the overview. */
export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const view = VIEWS.find((known) => known === path) ?? 'overview';
  return { view, query: Object.fromEntries(new URLSearchParams(search)) };
}

export function hashOf({ view, query }: Route): string {
  const search = searchOf(query);
  return `#/${view === 'overview' ? '' : view}${search}`;
}

/** `?a=1&b=2` of what is set, or nothing. */
export function searchOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
}
