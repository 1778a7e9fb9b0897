import { z } from 'zod';
import { RESOURCES } from './resources';

export const ResourceName = z.enum(RESOURCES);

/**
 * Something of each resource of a sync; one that came later is not there where the sync began before. One that is not
 * known is left out: a later version began that sync.
 */
export function perResource<Value extends z.ZodType>(value: Value) {
  return z.object({
    orders: value,
    inventory: value,
    claims: value,
    returns: value.optional(),
  });
}
