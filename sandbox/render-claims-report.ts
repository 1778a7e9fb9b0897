import type { Region } from '../contract/regions';
import { decimalOf } from './money';
import { cellText, reportDate } from './render-orders-report';
import type { SandboxClaim } from './sandbox-seller';

const COLUMNS = [
  'approval-date',
  'reimbursement-id',
  'case-id',
  'amazon-order-id',
  'reason',
  'sku',
  'fnsku',
  'asin',
  'product-name',
  'condition',
  'currency-unit',
  'amount-per-unit',
  'amount-total',
  'quantity-reimbursed-cash',
  'quantity-reimbursed-inventory',
  'quantity-reimbursed-total',
  'original-reimbursement-id',
  'original-reimbursement-type',
] as const;

/**
 * The lines of a reimbursements report: a header, then one line for each line of a reimbursement, whose id may
 * repeat. European accounts get decimal commas.
 */
export function* renderClaimsReport(
  claims: Iterable<SandboxClaim>,
  region: Region,
): Generator<string> {
  yield `${COLUMNS.join('\t')}\n`;
  for (const claim of claims) yield `${cellsOf(claim, region).join('\t')}\n`;
}

function cellsOf(claim: SandboxClaim, region: Region): string[] {
  const { product } = claim;
  const money = (minor: number) => {
    const decimal = decimalOf(minor, claim.currency);
    return region === 'eu' ? decimal.replace('.', ',') : decimal;
  };
  const cells: Record<(typeof COLUMNS)[number], string> = {
    'approval-date': reportDate(claim.approvedAt),
    'reimbursement-id': claim.reimbursementId,
    'case-id': claim.caseId ?? '',
    'amazon-order-id': claim.orderId ?? '',
    reason: claim.reason,
    sku: product.sku,
    fnsku: product.fnsku,
    asin: product.asin,
    'product-name': cellText(product.title),
    condition: claim.condition,
    'currency-unit': claim.currency,
    'amount-per-unit': money(claim.amountPerUnit),
    'amount-total': money(claim.amountTotal),
    'quantity-reimbursed-cash': String(claim.quantityCash),
    'quantity-reimbursed-inventory': String(claim.quantityInventory),
    'quantity-reimbursed-total': String(claim.quantityCash + claim.quantityInventory),
    'original-reimbursement-id': claim.originalReimbursementId ?? '',
    'original-reimbursement-type': claim.originalReimbursementType ?? '',
  };
  return COLUMNS.map((column) => cells[column]);
}
