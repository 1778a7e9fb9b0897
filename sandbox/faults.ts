import { randomUUID } from 'node:crypto';
import type { SandboxClock } from './clock';
import { type Effect, type Fault, FaultSpec, type FaultTarget } from './fault-spec';
import type { ReportType } from './report-words';

export { type Effect, type Fault, FaultSpec } from './fault-spec';

/** What faults are matched against. What a call says nothing of is left out. */
export interface FaultableCall {
  operation: FaultTarget;
  sellerId: string | null;
  marketplaceIds?: readonly string[];
  reportType?: ReportType | null;
}

export interface SetFault {
  id: string;
  /** How many calls it has hit. */
  hits(): number;
  remove(): void;
}

/** The faults that are set, of the whole sandbox. */
export interface Faults {
  /** Throws a `ZodError` when the fault makes no sense. */
  set(fault: Fault): SetFault;
  /** In the order in which they were set. */
  list(): (Fault & { id: string; hits: number })[];
  /** Answers whether there was one. */
  remove(id: string): boolean;
  clear(): void;
  /**
   * The effect of the first fault set that hits this call, among those that `is` picks. Asking counts: the call
   * is one more that has matched each of those faults, and one more hit of the one that is answered.
   */
  take<E extends Effect>(call: FaultableCall, is: (effect: Effect) => effect is E): E | null;
}

interface Entry {
  readonly id: string;
  readonly fault: Fault;
  /** In Amazon's seconds. */
  readonly ends: number;
  matched: number;
  hits: number;
}

export function createFaults(clock: Pick<SandboxClock, 'elapsed'>): Faults {
  const entries = new Map<string, Entry>();

  return {
    set(given) {
      const fault = FaultSpec.parse(given);
      const id = randomUUID();
      const ends = clock.elapsed() + (fault.seconds ?? Number.POSITIVE_INFINITY);
      const entry: Entry = { id, fault, ends, matched: 0, hits: 0 };
      entries.set(id, entry);
      return { id, hits: () => entry.hits, remove: () => entries.delete(id) };
    },
    list: () => [...entries.values()].map(({ id, fault, hits }) => ({ id, hits, ...fault })),
    remove: (id) => entries.delete(id),
    clear: () => entries.clear(),
    take<E extends Effect>(call: FaultableCall, is: (effect: Effect) => effect is E): E | null {
      let taken: E | null = null;
      for (const entry of entries.values()) {
        const { effect, after = 0, times = 1 } = entry.fault;
        if (!is(effect) || clock.elapsed() >= entry.ends || !matches(entry.fault, call)) continue;
        entry.matched += 1;
        const due = entry.matched > after && (times === null || entry.hits < times);
        if (!due || taken) continue;
        entry.hits += 1;
        taken = effect;
      }
      return taken;
    },
  };
}

function matches(fault: Fault, call: FaultableCall): boolean {
  return (
    fault.operation === call.operation &&
    (fault.sellerId === undefined || fault.sellerId === call.sellerId) &&
    (fault.marketplaceId === undefined ||
      (call.marketplaceIds?.includes(fault.marketplaceId) ?? false)) &&
    (fault.reportType === undefined || fault.reportType === call.reportType)
  );
}
