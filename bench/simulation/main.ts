import { parseArgs } from 'node:util';
import { z } from 'zod';
import { textTable } from '../../cli/text-table';
import { fail, print } from '../../dev/embedded-stack';
import { describeRun } from './describe-run';
import { DEFAULTS, SITUATIONS, type Simulated, type Situation, simulate } from './scenarios';
import type { Knobs } from './world';

const USAGE = `Simulates the quotas, places and slots of many sellers on a clock of its own: no server is started.

  npm run simulate                                three days of daily syncs, beside each other
  npm run simulate -- herd --sellers 100000       one situation, with knobs:

    --sellers 10000           how many
    --workers 2               worker processes
    --slots 40                activities that each works on at once
    --max-syncs 1000          MAX_SYNCS
    --hours 24                over which their daily syncs are spread; without it all have the default hour
    --schedule-starts 30      Temporal's worker.schedulerNamespaceStartWorkflowRPS
    --report-seconds 180-600  what Amazon takes for a report
    --unfair                  Temporal without fairness
    --seed 1                  another gives other sellers

Situations:
${Object.entries(SITUATIONS)
  .map(([name, says]) => `  ${name.padEnd(8)}${says}`)
  .join('\n')}`;

const Whole = z.coerce.number().int().min(1).optional();

const Flags = z.object({
  sellers: Whole,
  workers: Whole,
  slots: Whole,
  'max-syncs': Whole,
  hours: Whole,
  'schedule-starts': Whole,
  'report-seconds': z
    .string()
    .regex(/^\d+-\d+$/)
    .transform((text) => {
      const [min = 0, max = 0] = text.split('-').map(Number);
      return { min, max };
    })
    .optional(),
  unfair: z.boolean().optional(),
  seed: z.string().optional(),
});

/** As nobody has set anything; ten times as many with what they need; and the same spread over the day. */
const DAYS: readonly (readonly [Situation, Partial<Knobs>])[] = [
  ['daily', {}],
  ['daily', { sellers: 100_000, workers: 50, maxSyncs: 30_000, scheduledStartsPerSecond: 100 }],
  ['daily', { sellers: 100_000, workers: 4, maxSyncs: 3_000, hours: 24 }],
];

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      sellers: { type: 'string' },
      workers: { type: 'string' },
      slots: { type: 'string' },
      'max-syncs': { type: 'string' },
      hours: { type: 'string' },
      'schedule-starts': { type: 'string' },
      'report-seconds': { type: 'string' },
      unfair: { type: 'boolean' },
      seed: { type: 'string' },
    },
  });
  const flags = Flags.safeParse(values);
  const [name, ...more] = positionals;
  const situation = situationOf(name);
  const isWrong = !flags.success || more.length > 0 || (name !== undefined && situation === null);
  if (values.help || isWrong) {
    print(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const knobs = knobsOf(flags.data);
  const columns = situation === null ? DAYS : [[situation, {}] as const];
  const runs = columns.map(([of, turned]) => {
    const run = simulate(of, { ...DEFAULTS, ...turned, ...knobs });
    const seconds = (run.tookMs / 1_000).toFixed(0);
    print(`${of}: ${run.steps.toLocaleString('en-US')} events in ${seconds} s`);
    return run;
  });
  print();
  printRuns(runs);
}

function situationOf(name: string | undefined): Situation | null {
  return name !== undefined && isSituation(name) ? name : null;
}

function isSituation(name: string): name is Situation {
  return Object.hasOwn(SITUATIONS, name);
}

function knobsOf(flags: z.infer<typeof Flags>): Partial<Knobs> {
  const turned: { [Knob in keyof Knobs]?: Knobs[Knob] | undefined } = {
    sellers: flags.sellers,
    workers: flags.workers,
    slotsPerWorker: flags.slots,
    maxSyncs: flags['max-syncs'],
    hours: flags.hours,
    scheduledStartsPerSecond: flags['schedule-starts'],
    reportSeconds: flags['report-seconds'],
    fair: flags.unfair === true ? false : undefined,
    seed: flags.seed,
  };
  return Object.fromEntries(Object.entries(turned).filter(([, value]) => value !== undefined));
}

function printRuns(runs: readonly Simulated[]): void {
  const header = ['', ...runs.map(({ situation }) => situation)];
  const counts = ['sellers', ...runs.map(({ knobs }) => knobs.sellers.toLocaleString('en-US'))];
  const columns = runs.map((run) => new Map(describeRun(run)));
  // Operations that only one of the runs has called come last.
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  const rows = names.map((name) => [name, ...columns.map((column) => column.get(name) ?? '')]);
  for (const line of textTable(header, [counts, ...rows], 60)) print(line);
}

try {
  main();
} catch (error) {
  fail(error);
}
