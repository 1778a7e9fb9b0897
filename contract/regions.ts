import { z } from 'zod';

/** Amazon's three selling regions, as its hosts name them. */
export const Region = z.enum(['na', 'eu', 'fe']);
export type Region = z.infer<typeof Region>;
