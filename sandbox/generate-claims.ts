import type { History } from './history';
import { marketplaceOf } from './marketplaces';
import { exponentOf } from './money';
import { createRandom, type Random } from './random';
import type { CatalogProduct, SandboxClaim, SandboxOrder } from './sandbox-seller';

export interface ClaimsPlan {
  seed: number;
  count: number;
  catalog: readonly CatalogProduct[];
  orders: readonly SandboxOrder[];
  history: History;
}

const REASONS = ['Lost_Warehouse', 'Damaged_Warehouse', 'Lost_Inbound', 'CustomerReturn'] as const;

/** Reimbursements, oldest first: some share an id, some are paid in units, some are taken back later. */
export function generateClaims(plan: ClaimsPlan): SandboxClaim[] {
  const random = createRandom(`${plan.seed}/claims`);
  const claims: SandboxClaim[] = [];
  const reversible: SandboxClaim[] = [];
  const span = plan.history.end - plan.history.start;

  for (let index = 0; index < plan.count; index++) {
    const moment = plan.history.start + ((index + random.next()) / plan.count) * span;
    const claim = generateClaim(random, plan, index, Math.floor(moment / 1000) * 1000);
    const earlier = reversible.at(-1);
    const kind = random.weighted([
      ['new', 70],
      ['another product', 12],
      ['same line again', 5],
      ['reversal', 13],
    ] as const);

    if (!earlier || kind === 'new') reversible.push(claim);
    else if (kind === 'another product') reversible.push(sameCase(earlier, claim));
    else if (kind === 'same line again') reversible.push({ ...earlier });
    else {
      claims.push(reversalOf(random.pick(reversible), claim));
      continue;
    }
    claims.push(...reversible.slice(-1));
  }
  return claims.sort((a, b) => a.approvedAt - b.approvedAt);
}

/** One reimbursement id covers several products of one case. */
function sameCase(first: SandboxClaim, claim: SandboxClaim): SandboxClaim {
  const { reimbursementId, approvedAt, caseId, orderId, reason, currency } = first;
  const amountPerUnit = first.quantityCash === 0 ? 0 : first.amountPerUnit;
  const quantity = claim.quantityCash + claim.quantityInventory;
  return {
    ...claim,
    ...{ reimbursementId, approvedAt, caseId, orderId, reason, currency, amountPerUnit },
    amountTotal: amountPerUnit * quantity,
    quantityCash: first.quantityCash === 0 ? 0 : quantity,
    quantityInventory: first.quantityCash === 0 ? quantity : 0,
  };
}

/** One reimbursement; the index, below ten million, makes its id unique. */
export function generateClaim(
  random: Random,
  { catalog, orders }: Pick<ClaimsPlan, 'catalog' | 'orders'>,
  index: number,
  approvedAt: number,
): SandboxClaim {
  const { sku, fnsku, asin, title, usdCents } = random.pick(catalog);
  const order = orders.length > 0 ? random.pick(orders) : null;
  const { currency, perDollar } = marketplaceOf(order?.marketplaceId ?? 'ATVPDKIKX0DER');
  const reason = random.pick(REASONS);
  const quantity = random.weighted([
    [1, 75],
    [2, 15],
    [random.int(3, 12), 10],
  ]);
  // Instead of money, Amazon may give units back.
  const inUnits = random.chance(0.12);
  const amountPerUnit = inUnits
    ? 0
    : Math.round(usdCents * 0.7 * perDollar * 10 ** (exponentOf(currency) - 2));
  return {
    reimbursementId: String(7_000_000_000 + index * 7919 + random.int(0, 7918)),
    approvedAt,
    caseId: random.chance(0.4) ? String(random.int(10_000_000_000, 19_999_999_999)) : null,
    orderId: reason === 'CustomerReturn' ? (order?.orderId ?? null) : null,
    reason,
    product: { sku, fnsku, asin, title },
    condition: random.pick(['NewItem', 'CustomerDamaged', 'Sellable']),
    currency,
    amountPerUnit,
    amountTotal: amountPerUnit * quantity,
    quantityCash: inUnits ? 0 : quantity,
    quantityInventory: inUnits ? quantity : 0,
    originalReimbursementId: null,
    originalReimbursementType: null,
  };
}

/** Amazon takes a reimbursement back with a row of its own: the same line, negated. */
export function reversalOf(
  original: SandboxClaim,
  reversal: Pick<SandboxClaim, 'reimbursementId' | 'approvedAt'>,
): SandboxClaim {
  const negated = (amount: number) => (amount === 0 ? 0 : -amount);
  return {
    ...original,
    reimbursementId: reversal.reimbursementId,
    approvedAt: reversal.approvedAt,
    reason: 'Reimbursement_Reversal',
    amountTotal: negated(original.amountTotal),
    quantityCash: negated(original.quantityCash),
    quantityInventory: negated(original.quantityInventory),
    originalReimbursementId: original.reimbursementId,
    originalReimbursementType: original.reason,
  };
}
