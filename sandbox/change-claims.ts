import type { Occasion } from './change-orders';
import { generateClaim, reversalOf } from './generate-claims';
import { Refusal } from './refusal';
import type { SandboxClaim, SandboxSeller } from './sandbox-seller';

export function addClaims({ seller, at, random }: Occasion, count: number): string[] {
  const { catalog, orders } = seller;
  if (catalog.length === 0) throw new Refusal(`${seller.sellerId} has no products to be paid for`);
  // Claims never leave the list, so its length has not been anybody's index yet.
  const first = seller.claims.length;
  return add(
    seller,
    Array.from({ length: count }, (_, number) =>
      generateClaim(random, { catalog, orders }, first + number, at),
    ),
  );
}

/** The newest claims paid in money and not taken back yet are, each by a new negative line that points to it. */
export function reverseClaims({ seller, at }: Occasion, count: number): string[] {
  const reversed = new Set(seller.claims.map((claim) => claim.originalReimbursementId));
  const originals = newestOf(
    seller,
    count,
    (claim) =>
      claim.amountTotal > 0 &&
      claim.originalReimbursementId === null &&
      !reversed.has(claim.reimbursementId) &&
      claim.approvedAt <= at,
  );
  // Beyond the ids that claims of any index get.
  const first = 90_000_000_000 + seller.claims.length;
  return add(
    seller,
    originals.map((original, number) =>
      reversalOf(original, { reimbursementId: String(first + number), approvedAt: at }),
    ),
  );
}

/** The newest claims get a second line which nothing but its place tells from the first. */
export function repeatClaims({ seller }: Occasion, count: number): string[] {
  return add(
    seller,
    newestOf(seller, count, () => true).map((claim) => ({ ...claim })),
  );
}

/** The newest claims that have two lines or more get a single one with the sum of them, as Amazon may combine them. */
export function combineClaims({ seller }: Occasion, count: number): string[] {
  const lines = new Map<string, SandboxClaim[]>();
  for (const claim of seller.claims) {
    const { reimbursementId, approvedAt, product, reason } = claim;
    const key = [reimbursementId, approvedAt, product.sku, product.fnsku, reason].join(' ');
    lines.set(key, [...(lines.get(key) ?? []), claim]);
  }
  const repeated = [...lines.values()].filter(({ length }) => length > 1).slice(-count);
  if (repeated.length < count)
    throw new Refusal(
      `Of ${count} claims of several lines there are only ${repeated.length} to combine`,
    );
  const gone = new Set(repeated.flat());
  const sums = repeated.map((all) => all.reduce(sumOf));
  seller.claims = seller.claims.filter((claim) => !gone.has(claim));
  return add(seller, sums);
}

function sumOf(one: SandboxClaim, other: SandboxClaim): SandboxClaim {
  return {
    ...one,
    amountTotal: one.amountTotal + other.amountTotal,
    quantityCash: one.quantityCash + other.quantityCash,
    quantityInventory: one.quantityInventory + other.quantityInventory,
  };
}

function newestOf(
  seller: SandboxSeller,
  count: number,
  fits: (claim: SandboxClaim) => boolean,
): SandboxClaim[] {
  const found = seller.claims.filter(fits).slice(-count);
  if (found.length < count)
    throw new Refusal(`Of ${count} claims there are only ${found.length} that can change so`);
  return found;
}

/** Keeps the list as reports have it, oldest first; of equal times the older line comes first. */
function add(seller: SandboxSeller, claims: readonly SandboxClaim[]): string[] {
  seller.claims = [...seller.claims, ...claims].sort((a, b) => a.approvedAt - b.approvedAt);
  return claims.map(({ reimbursementId }) => reimbursementId);
}
