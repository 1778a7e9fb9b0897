import { z } from 'zod';

/** What a sync fetches, side by side. Claims are Amazon's FBA reimbursements. */
export const RESOURCES = ['orders', 'inventory', 'claims'] as const;

export const Resource = z.enum(RESOURCES);
export type Resource = z.infer<typeof Resource>;
