import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fail, print, untilInterrupted } from '../../dev/embedded-stack';
import { temporalBinary } from '../../dev/temporal-binary';
import { drawPlan } from './fault-plan';
import { describeFault } from './inflict';
import { type ChaosResult, type ChaosRun, runChaos } from './run-chaos';

const USAGE = `Lets users sync while everything under them is killed, frozen, cut off and slowed down, and then looks
whether a sync was lost, ran twice or left something wrong behind.

  npm run chaos -- --faults 50 --seed 1   so many faults, drawn from this seed: the same seed is the same plan
  npm run chaos -- --users 12             so many users (12, unless told)
  npm run chaos -- --plan                 the plan alone
  npm run chaos -- --keep                 keeps the logs also when all is well`;

const Count = z.coerce.number().int().min(1);
const Flags = z.object({
  faults: Count.default(50),
  seed: z.coerce.number().int().default(1),
  users: Count.default(12),
  help: z.boolean().default(false),
  plan: z.boolean().default(false),
  keep: z.boolean().default(false),
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      faults: { type: 'string' },
      seed: { type: 'string' },
      users: { type: 'string' },
      help: { type: 'boolean' },
      plan: { type: 'boolean' },
      keep: { type: 'boolean' },
    },
  });
  const flags = Flags.safeParse(values);
  if (!flags.success || flags.data.help) {
    print(USAGE);
    if (!flags.success) process.exitCode = 2;
    return;
  }
  const run = flags.data;
  for (const fault of drawPlan(run.seed, run.faults, run.users)) print(`  ${describeFault(fault)}`);
  if (run.plan) return;
  const isGood = await runInFolder(run, run.keep);
  process.exit(isGood ? 0 : 1);
}

/** Runs in a folder of its own, which stays, with the logs, when something is wrong. Whether all was well. */
async function runInFolder(run: ChaosRun, keep: boolean): Promise<boolean> {
  const interrupted = untilInterrupted();
  const folder = await mkdtemp(join(tmpdir(), 'amazon-sync-chaos-'));
  await chmod(folder, 0o755); // for PostgreSQL's user, when we are root
  const logs = join(folder, 'logs');
  await mkdir(logs);
  const logFile = createWriteStream(join(logs, 'chaos.log'));
  const log = (line: string) => void logFile.write(`${new Date().toISOString()} ${line}\n`);
  let result: ChaosResult | undefined;
  try {
    const binary = await temporalBinary({ env: process.env, report: print });
    result = await runChaos(run, {
      folder,
      temporalBinary: binary,
      report: print,
      log,
      interrupted,
    });
  } finally {
    const isGood = result !== undefined && faultsOf(result).length === 0;
    for (const line of result === undefined ? [] : faultsOf(result)) {
      print(line);
      log(line);
    }
    await new Promise((resolve) => logFile.end(resolve));
    if (isGood && !keep) await rm(folder, { recursive: true, force: true });
    else {
      await rm(join(folder, 'postgres'), { recursive: true, force: true });
      print(`The logs are in ${logs}`);
    }
  }
  print(summaryOf(run, result));
  return faultsOf(result).length === 0;
}

function faultsOf({ verdict }: ChaosResult): string[] {
  return Object.entries(verdict).flatMap(([what, lines]: [string, readonly string[]]) =>
    lines.map((line) => `${what}: ${line}`),
  );
}

/** The last line of a run, for programs. */
function summaryOf(
  { seed, faults }: ChaosRun,
  { verdict, notes, delivered, exits, keptOut }: ChaosResult,
): string {
  const ends = [...notes.seen.values()].map(({ status, partial }) =>
    partial ? 'partial' : status,
  );
  const ended = (how: string) => ends.filter((end) => end === how).length;
  return JSON.stringify({
    seed,
    faults,
    syncs: notes.accepted.size,
    ...Object.fromEntries(Object.entries(verdict).map(([what, lines]) => [what, lines.length])),
    complete: ended('complete'),
    partial: ended('partial'),
    failed: ended('failed'),
    cancelled: ended('cancelled'),
    compared: notes.compared,
    leaves: notes.leaves,
    delivered,
    exits,
    keptOut,
  });
}

main().catch(fail);
