import { z } from 'zod';
import { addClaims, combineClaims, repeatClaims, reverseClaims } from './change-claims';
import { createInventoryChanges } from './change-inventory';
import { addOrders, cancelOrders, priceOrders, renameStatus, updateOrders } from './change-orders';
import { addReturns, repeatReturns, settleReturns } from './change-returns';
import type { SandboxClock } from './clock';
import { wholeSecond } from './generate-orders';
import { createRandom } from './random';
import { ORDER_STATUSES, type SandboxSeller } from './sandbox-seller';

const count = z.int().min(1).max(100_000);
/** Epoch milliseconds. */
const at = z.int().positive().optional();

/** What happens to a seller while the sandbox runs. `at` defaults to five minutes ago by the calendar. */
export const Change = z.discriminatedUnion('kind', [
  /** The newest orders that can move on do: shipped in part → shipped, unshipped → shipped, else touched. */
  z.strictObject({ kind: z.literal('update_orders'), count, at }),
  /** The newest orders that are not shipped yet. */
  z.strictObject({ kind: z.literal('cancel_orders'), count, at }),
  /** The newest pending orders get their prices and become UNSHIPPED. */
  z.strictObject({ kind: z.literal('price_orders'), count, at }),
  /** Purchased and updated at `at`. Default: UNSHIPPED. */
  z.strictObject({
    kind: z.literal('add_orders'),
    count,
    at,
    status: z.enum(ORDER_STATUSES).optional(),
  }),
  /** The newest open orders get a status word that Amazon has never used before. */
  z.strictObject({
    kind: z.literal('rename_status'),
    count,
    status: z.string().regex(/^[A-Z]+(_[A-Z]+)*$/, 'must be written LIKE_THIS'),
    at,
  }),
  /** From every marketplace. */
  z.strictObject({ kind: z.literal('remove_skus'), count }),
  /** All that were removed come back as they were. */
  z.strictObject({ kind: z.literal('return_skus') }),
  z.strictObject({ kind: z.literal('change_stock'), count, at }),
  /** Their `lastUpdatedTime` becomes `""`. */
  z.strictObject({ kind: z.literal('blank_updated_times'), count }),
  z.strictObject({ kind: z.literal('add_claims'), count, at }),
  /** New negative lines that point to the original. */
  z.strictObject({ kind: z.literal('reverse_claims'), count, at }),
  /** Further lines with the id and all key fields of the newest claims; so their date is that claim's, not `at`. */
  z.strictObject({ kind: z.literal('repeat_claims'), count, at }),
  /** The newest claims with such further lines get one line in place of all of theirs. */
  z.strictObject({ kind: z.literal('combine_claims'), count }),
  z.strictObject({ kind: z.literal('add_returns'), count, at }),
  /** Further lines equal to the newest returns in all, their date too. */
  z.strictObject({ kind: z.literal('repeat_returns'), count }),
  /** The newest returns are reimbursed, and their units labelled anew; their date stays. */
  z.strictObject({ kind: z.literal('settle_returns'), count }),
]);
export type Change = z.infer<typeof Change>;

const FIVE_MINUTES = 300_000;

/**
 * Makes changes to sellers. A report that is done keeps what it saw, since a changed thing is a new object in the
 * place of the old one. Answers the ids of the orders, SKUs or claims changed, of returns their orders'; throws a `Refusal` when there are
 * fewer than asked for, for then a test would show less than it says.
 */
export function createChanges(
  clock: Pick<SandboxClock, 'now'>,
): (seller: SandboxSeller, change: Change) => string[] {
  const inventory = createInventoryChanges();
  let made = 0;

  return (seller, given) => {
    const change = Change.parse(given);
    const { at = clock.now() - FIVE_MINUTES } = 'at' in change ? change : {};
    const occasion = {
      seller,
      at: wholeSecond(at),
      random: createRandom(`${seller.sellerId}/changes/${made++}`),
    };
    switch (change.kind) {
      case 'update_orders':
        return updateOrders(occasion, change.count);
      case 'cancel_orders':
        return cancelOrders(occasion, change.count);
      case 'price_orders':
        return priceOrders(occasion, change.count);
      case 'add_orders':
        return addOrders(occasion, change.count, change.status ?? 'UNSHIPPED');
      case 'rename_status':
        return renameStatus(occasion, change.count, change.status);
      case 'remove_skus':
        return inventory.remove(occasion, change.count);
      case 'return_skus':
        return inventory.giveBack(occasion);
      case 'change_stock':
        return inventory.change(occasion, change.count);
      case 'blank_updated_times':
        return inventory.blankTimes(occasion, change.count);
      case 'add_claims':
        return addClaims(occasion, change.count);
      case 'reverse_claims':
        return reverseClaims(occasion, change.count);
      case 'repeat_claims':
        return repeatClaims(occasion, change.count);
      case 'combine_claims':
        return combineClaims(occasion, change.count);
      case 'add_returns':
        return addReturns(occasion, change.count);
      case 'repeat_returns':
        return repeatReturns(occasion, change.count);
      case 'settle_returns':
        return settleReturns(occasion, change.count);
      default:
        return change satisfies never;
    }
  };
}
