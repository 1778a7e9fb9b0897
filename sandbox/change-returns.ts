import type { Occasion } from './change-orders';
import { generateReturn } from './generate-returns';
import { Refusal } from './refusal';
import type { SandboxReturn, SandboxSeller } from './sandbox-seller';

export function addReturns({ seller, at, random }: Occasion, count: number): string[] {
  const { catalog, orders } = seller;
  if (catalog.length === 0) throw new Refusal(`${seller.sellerId} has no products to come back`);
  const first = seller.returns.length;
  return add(
    seller,
    Array.from({ length: count }, (_, number) =>
      generateReturn(random, { catalog, orders }, first + number, at),
    ),
  );
}

/** The newest returns get a second line which nothing but its place tells from the first. */
export function repeatReturns({ seller }: Occasion, count: number): string[] {
  return add(
    seller,
    newestOf(seller, count).map((one) => ({ ...one })),
  );
}

/** Amazon has looked at the units of the newest returns, and labelled them. */
export function settleReturns({ seller }: Occasion, count: number): string[] {
  const settled = new Set(newestOf(seller, count));
  seller.returns = seller.returns.map((one, index) =>
    settled.has(one) ? { ...one, status: 'Reimbursed', licensePlateNumber: `LPNNEW${index}` } : one,
  );
  return [...settled].map(({ orderId }) => orderId);
}

function newestOf(seller: SandboxSeller, count: number): SandboxReturn[] {
  if (seller.returns.length < count)
    throw new Refusal(`Of ${count} returns there are only ${seller.returns.length}`);
  return seller.returns.slice(-count);
}

/** Keeps the list as reports have it, oldest first; of equal times the older line comes first. */
function add(seller: SandboxSeller, returns: readonly SandboxReturn[]): string[] {
  seller.returns = [...seller.returns, ...returns].sort((a, b) => a.returnedAt - b.returnedAt);
  return returns.map(({ orderId }) => orderId);
}
