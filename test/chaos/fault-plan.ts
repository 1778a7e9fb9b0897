import type { Effect, Fault } from '../../sandbox/fault-spec';
import { createRandom, type Random } from '../../sandbox/random';
import { LINES, type LineName, PROCESSES, type ProcessName, WORKERS } from './processes';

/** One fault of a run: when it begins, how long it lasts, and what it hits. */
export type PlannedFault = {
  /** Milliseconds after the first one may begin. */
  at: number;
  /** Milliseconds until it is taken back: until a process may start again, until a line is whole. */
  lasts: number;
} & FaultAction;

export type FaultAction =
  | { kind: 'kill' | 'restart' | 'freeze'; process: ProcessName }
  | { kind: 'cut' | 'black hole' | 'stall'; line: LineName }
  | { kind: 'slow'; line: LineName; milliseconds: number }
  | { kind: 'amazon'; fault: Fault }
  /** What an operator does to the sync of the user with this number, if one runs. */
  | { kind: 'terminate' | 'reset'; user: number }
  /**
   * Amazon's answers are held up on their way, the workers lose Temporal, and an operator ends these users' syncs. Then
   * the answers arrive, and activities that have heard of nothing write what is in them.
   */
  | { kind: 'orphan'; users: number[] };

/** Between two beginnings, at the mean. Faults last for longer, so three or four overlap. */
const SPACING_MS = 1_500;

/**
 * Every so many faults one orphans activities, the first one included. Each keeps everything to itself, since it is in
 * vain where no worker writes, no operator gets through or no API notices: nothing else begins until it is over.
 */
const ORPHANS_EVERY = 16;

/** How long the workers are without Temporal once the answers have been let through: time to write them. */
const ORPHANED_MS = 4_000;

/** And how long holding up, ending and noticing take, about. */
const ORPHANING_MS = 4_000;

/**
 * Everything that a run does to the service, in order; nothing of it is decided later, so the same seed is the same
 * plan. No two faults hit the same process or line at once.
 */
export function drawPlan(seed: number, faults: number, users: number): PlannedFault[] {
  const random = createRandom(`chaos/${seed}`);
  const busyUntil = new Map<string, number>();
  let next = 0;
  return Array.from({ length: faults }, (_, index) => {
    const isOrphaning = index % ORPHANS_EVERY === 0;
    // Only when all is well again, but for a worker that is still frozen.
    const earliest = isOrphaning
      ? Math.max(next, ...EVERYTHING.map((name) => (busyUntil.get(name) ?? -1) + 1))
      : next;
    const at = Math.round(earliest + (isOrphaning ? 0 : SPACING_MS * random.next()));
    const free = <Name extends string>(names: readonly Name[]) =>
      names.filter((name) => (busyUntil.get(name) ?? 0) < at);
    const drawn = isOrphaning ? drawOrphaning(random, users) : drawFault(random, free, users);
    const fault = { at, ...drawn };
    for (const target of targetsOf(fault)) busyUntil.set(target, at + fault.lasts);
    next = isOrphaning ? at + fault.lasts + ORPHANING_MS : next + SPACING_MS;
    return fault;
  });
}

/** The processes and lines that a fault has for itself. */
export function targetsOf(action: FaultAction): readonly string[] {
  if ('process' in action) return [action.process];
  if ('line' in action) return [action.line];
  return action.kind === 'orphan' ? EVERYTHING : [];
}

/** But the workers, which are not dealt with one by one: one that is frozen meanwhile has nothing to write. */
const EVERYTHING: readonly string[] = [
  ...PROCESSES.filter((name) => !name.startsWith('worker')),
  ...LINES,
];

type Drawn = { lasts: number } & FaultAction;
type Free = <Name extends string>(names: readonly Name[]) => Name[];

const KINDS = [
  ['kill', 26],
  ['restart', 6],
  ['freeze', 18],
  ['line', 24],
  ['amazon', 18],
  ['operator', 10],
] as const;

function drawFault(random: Random, free: Free, users: number): Drawn {
  const drawn = random.weighted(KINDS);
  switch (drawn) {
    case 'kill':
    case 'restart': {
      // A killed Amazon would forget what it has sold: it only freezes.
      const process = pickFree(random, free(PROCESSES.filter((name) => name !== 'amazon')));
      if (process === undefined) break;
      return { kind: drawn, process, lasts: random.int(100, 5_000) };
    }
    case 'freeze': {
      // A worker that is silent for 10 s is taken for dead. Longer, and it comes back to find its work done by
      // another, the sync ended, and maybe the next one begun: then it still writes, and must not.
      const workers = free(WORKERS);
      // Never all of them.
      const mayBeLong = workers.length > 1 && random.chance(0.5);
      const worker = mayBeLong ? pickFree(random, workers) : undefined;
      const process = worker ?? pickFree(random, free(PROCESSES));
      if (process === undefined) break;
      const lasts = worker === undefined ? random.int(300, 6_000) : random.int(12_000, 28_000);
      return { kind: 'freeze', process, lasts };
    }
    case 'line': {
      const line = pickFree(random, free(LINES));
      if (line === undefined) break;
      return drawLineFault(random, line);
    }
    case 'operator': {
      const kind = random.pick(['terminate', 'terminate', 'reset'] as const);
      return { kind, user: random.int(0, users - 1), lasts: 0 };
    }
    case 'amazon':
      break;
  }
  return { kind: 'amazon', fault: drawAmazonFault(random), lasts: 0 };
}

function drawOrphaning(random: Random, users: number): Drawn {
  const all = Array.from({ length: users }, (_, user) => user);
  return { kind: 'orphan', users: all.filter(() => random.chance(0.7)), lasts: ORPHANED_MS };
}

function pickFree<Name>(random: Random, names: readonly Name[]): Name | undefined {
  return names.length === 0 ? undefined : random.pick(names);
}

function drawLineFault(random: Random, line: LineName): Drawn {
  const kind = random.pick(['cut', 'black hole', 'stall', 'slow'] as const);
  if (kind !== 'slow') return { kind, line, lasts: random.int(500, 8_000) };
  const milliseconds = random.chance(0.2) ? 3_000 : random.int(20, 400);
  return { kind, line, milliseconds, lasts: random.int(3_000, 12_000) };
}

const STATUSES = [429, 500, 503] as const;

/** What Amazon does now and then, and gets over: nothing that would make a sync give up. */
function drawAmazonFault(random: Random): Fault {
  const operation = random.pick([
    'searchOrders',
    'getInventorySummaries',
    'createReport',
    'getReport',
    'getReportDocument',
    'token',
    'download',
  ] as const);
  const effects: Effect[] = [
    { kind: 'status', status: random.pick(STATUSES) },
    { kind: 'reset', when: random.pick(['before', 'after', 'mid-body']) },
  ];
  switch (operation) {
    case 'download':
      effects.push(
        { kind: 'expired_document' },
        { kind: 'truncated' },
        { kind: 'corrupt' },
        { kind: 'slow', millisecondsPerPiece: 500 },
      );
      break;
    case 'token':
      effects.push({ kind: 'malformed' });
      break;
    case 'createReport':
      effects.push({ kind: 'report', outcome: 'FATAL' });
      break;
    default:
      effects.push({ kind: 'expired_access_token' }, { kind: 'malformed' });
  }
  if (operation === 'searchOrders' || operation === 'getInventorySummaries') {
    effects.push({ kind: 'expired_page_token' });
  }
  const effect = random.pick(effects);
  // Odd answers may be believed at the third; what is merely out of reach may last.
  const passes = effect.kind === 'status' || effect.kind === 'reset' || effect.kind === 'slow';
  const times = passes ? random.int(1, 12) : 1;
  return { operation, effect, times };
}
