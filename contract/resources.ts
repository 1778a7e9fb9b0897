/** What every sync fetches. Claims are Amazon's FBA reimbursements. */
const FIRST_RESOURCES = ['orders', 'inventory', 'claims'] as const;

/**
 * What came later, each one report of the whole account: of syncs that began before there is none of it, neither in what
 * runs nor in what is stored. A new resource is one more here; CONTRIBUTING.md says what else.
 */
export const LATER_RESOURCES = ['returns'] as const;

/** What is one report of the whole account, and so one step of a sync. */
export const ACCOUNT_RESOURCES = ['claims', ...LATER_RESOURCES] as const;

/** What a sync fetches, side by side; each has a table of that name. */
export const RESOURCES = [...FIRST_RESOURCES, ...LATER_RESOURCES] as const;

export type Resource = (typeof RESOURCES)[number];
type FirstResource = (typeof FIRST_RESOURCES)[number];
export type LaterResource = (typeof LATER_RESOURCES)[number];
export type AccountResource = (typeof ACCOUNT_RESOURCES)[number];

/** Something of each resource of a sync. */
export type PerResource<Value> = Record<FirstResource, Value> &
  Partial<Record<LaterResource, Value>>;

/** What people call each resource, and one of its rows. */
export const RESOURCE_WORDS: Readonly<Record<Resource, { title: string; noun: string }>> = {
  orders: { title: 'Orders', noun: 'order' },
  inventory: { title: 'Inventory', noun: 'inventory item' },
  claims: { title: 'Claims', noun: 'claim' },
  returns: { title: 'Returns', noun: 'return' },
};

export function everyResource<Value>(of: (resource: Resource) => Value): Record<Resource, Value> {
  return {
    orders: of('orders'),
    inventory: of('inventory'),
    claims: of('claims'),
    returns: of('returns'),
  };
}

/** Of the resources that are there, another value each. */
export function mapResources<From, To>(
  from: PerResource<From>,
  change: (value: From, resource: Resource) => To,
): PerResource<To> {
  const later: Partial<Record<LaterResource, To>> = {};
  for (const resource of LATER_RESOURCES) {
    const value = from[resource];
    if (value !== undefined) later[resource] = change(value, resource);
  }
  return {
    orders: change(from.orders, 'orders'),
    inventory: change(from.inventory, 'inventory'),
    claims: change(from.claims, 'claims'),
    ...later,
  };
}
