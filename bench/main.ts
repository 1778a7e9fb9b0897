import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { textTable } from '../cli/text-table';
import { fail, print } from '../dev/embedded-stack';
import { createLogger } from '../observability/logger';
import { startScenarioServers } from '../test/scenarios/scenario-servers';
import { installRuntime } from '../worker/worker-process';
import { BACKFILL } from './backfill';
import { createBench } from './bench';
import {
  type Benchmark,
  describeTarget,
  type FigureSpec,
  type Measure,
  meets,
  rounded,
} from './benchmark';
import { COLD_START } from './cold-start';
import { IMPORTS } from './imports';
import { READS } from './reads';
import { SMALL_SYNCS } from './small-syncs';
import { STARTS } from './starts';
import { STATUSES } from './statuses';
import { STREAMS } from './streams';

const BENCHMARKS: readonly Benchmark[] = [
  ...STARTS,
  ...STATUSES,
  ...READS,
  ...IMPORTS,
  ...BACKFILL,
  ...SMALL_SYNCS,
  ...STREAMS,
  ...COLD_START,
];

const USAGE = `Measures the service against yardsticks, in turn, and prints the ratios.

  npm run bench                        all figures
  npm run bench -- acceptLatency       these, by name
  npm run bench -- --rounds 9          so many rounds each (5, unless told)`;

async function main(): Promise<void> {
  const { values: flags, positionals: names } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' }, rounds: { type: 'string', default: '5' } },
  });
  const rounds = Number(flags.rounds);
  const known = BENCHMARKS.flatMap(({ figures }) => figures.map(({ name }) => name));
  const unknown = names.filter((name) => !known.includes(name));
  if (flags.help || unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    for (const name of unknown) print(`There is no figure "${name}".`);
    print(USAGE);
    process.exitCode = flags.help ? 0 : 2;
    return;
  }
  const isChosen = ({ name }: FigureSpec) => names.length === 0 || names.includes(name);
  const chosen = BENCHMARKS.filter(({ figures }) => figures.some(isChosen));
  const measured = await measure(chosen, rounds);
  printTable(measured);
  const failed = chosen
    .flatMap(({ figures }) => figures)
    .filter(({ name }) => !measured.some(({ spec }) => spec.name === name));
  const missed = measured.filter(({ spec, value }) => !meets(spec.target, value));
  const line = JSON.stringify({
    ...Object.fromEntries(measured.map(({ spec, value }) => [spec.name, rounded(value)])),
    missed: missed.map(({ spec }) => spec.name),
    failed: failed.map(({ name }) => name),
  });
  // What Temporal's native side still holds would keep the process alive.
  process.stdout.write(`${line}\n`, () => process.exit(failed.length === 0 ? 0 : 1));
}

interface Measured extends Measure {
  spec: FigureSpec;
}

async function measure(benchmarks: readonly Benchmark[], rounds: number): Promise<Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'amazon-sync-bench-'));
  const log = createWriteStream(join(folder, 'service.log'));
  const onLine = (line: string) => log.write(`${line}\n`);
  installRuntime(createLogger('temporal', 'info', { destination: log }));
  // As where it matters: what is committed is on the disk.
  const servers = await startScenarioServers(folder, print, { durable: true });
  const withBench = createBench({ rounds, servers, note: print, onLine });
  const all: Measured[] = [];
  try {
    for (const benchmark of benchmarks) {
      // What was measured wrongly is no figure; the others are.
      const measures = await withBench((bench) => benchmark.run(bench)).catch((error: unknown) => {
        print(`${benchmark.figures.map(({ name }) => name).join(', ')}: ${String(error)}`);
        return {};
      });
      for (const [name, found] of Object.entries(measures)) {
        const spec = benchmark.figures.find((figure) => figure.name === name);
        if (spec === undefined) throw new Error(`${name} is none of the benchmark's figures`);
        all.push({ spec, ...found });
        print(`${name.padEnd(26)}${rounded(found.value)}`);
      }
    }
  } finally {
    await servers.stop();
  }
  await rm(folder, { recursive: true, force: true });
  return all;
}

function printTable(measured: readonly Measured[]): void {
  const rows = measured.map(({ spec, value, ours, yardstick }) => [
    spec.name,
    spec.says,
    ours,
    yardstick ?? '',
    String(rounded(value)),
    describeTarget(spec.target),
    meets(spec.target, value) ? 'reached' : 'not reached',
  ]);
  print();
  for (const line of textTable(
    ['figure', 'ours / yardstick', 'ours', 'yardstick', 'value', 'target', ''],
    rows,
    90,
  )) {
    print(line);
  }
  print();
}

main().catch(fail);
