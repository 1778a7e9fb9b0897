import { z } from 'zod';
import { GeneratedSellerSpec, generateSeller } from './generate-seller';
import { PublishedSellerSpec, publishedSeller } from './published-seller';
import type { SandboxSeller } from './sandbox-seller';

export const SellerSpec = z.discriminatedUnion('kind', [GeneratedSellerSpec, PublishedSellerSpec]);
export type SellerSpec = z.infer<typeof SellerSpec>;

/** Makes the seller as it is at `now`, epoch milliseconds. Throws a `Refusal` when it cannot be. */
export async function sellerOf(spec: SellerSpec, now: number): Promise<SandboxSeller> {
  return spec.kind === 'generated'
    ? generateSeller(spec, spec.anchor ?? now)
    : await publishedSeller(spec, now);
}
