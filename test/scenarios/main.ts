import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { textTable } from '../../cli/text-table';
import { fail, print, untilInterrupted } from '../../dev/embedded-stack';
import { createLogger } from '../../observability/logger';
import { installRuntime } from '../../worker/worker-process';
import { SCENARIOS } from './all-scenarios';
import { runScenario, type ScenarioResult } from './run-scenario';
import type { Scenario } from './scenario';
import { startScenarioServers } from './scenario-servers';

const USAGE = `Runs the service through every situation that it must get through, each on a service of its own.

  npm run scenarios                      all of them
  npm run scenarios -- "first sync"      these, by name
  npm run scenarios -- --list            the names
  npm run scenarios -- --jobs 3          so many at a time (by the number of cores, unless told)`;

async function main(): Promise<void> {
  const { values: flags, positionals: names } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      jobs: { type: 'string' },
    },
  });
  if (flags.help) return print(USAGE);
  if (flags.list) return print(SCENARIOS.map(({ name }) => name).join('\n'));
  const jobs = flags.jobs === undefined ? defaultJobs() : Number(flags.jobs);
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0 || !Number.isInteger(jobs) || jobs < 1) {
    for (const name of unknown)
      print(`There is no scenario "${name}"; --list tells which there are.`);
    if (unknown.length === 0) print(USAGE);
    process.exitCode = 2;
    return;
  }
  const chosen = SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name));
  const results = await runAll(chosen, jobs);
  const failed = results.filter(({ failure }) => failure !== null).map(({ name }) => name);
  const passed = results.length - failed.length;
  const line = JSON.stringify({ scenarios: chosen.length, passed, failed });
  // What Temporal's native side still holds would keep the process alive where no worker ran in it.
  process.stdout.write(`${line}\n`, () => process.exit(passed === chosen.length ? 0 : 1));
}

/** Most of a scenario is waiting, so a few fit on each core; too many would wait for the cores instead. */
function defaultJobs(): number {
  return Math.min(Math.max(availableParallelism(), 2) + 1, 6);
}

async function runAll(scenarios: readonly Scenario[], jobs: number): Promise<ScenarioResult[]> {
  const interruption = untilInterrupted();
  let stopped = false;
  const interrupted = interruption.then(() => {
    stopped = true;
    print('Interrupted: stopping …');
  });
  const folder = await mkdtemp(join(tmpdir(), 'amazon-sync-scenarios-'));
  const logs = join(folder, 'logs');
  await mkdir(logs);
  installRuntime(
    createLogger('temporal', 'info', {
      destination: createWriteStream(join(logs, 'temporal.log')),
    }),
  );
  const servers = await startScenarioServers(folder, print);
  const results: ScenarioResult[] = [];
  // The long ones first, so that none of them runs alone at the end.
  const queue = [...scenarios.entries()].sort(([, a], [, b]) => limitOf(b) - limitOf(a));
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined && !stopped; next = queue.shift()) {
      const [index, scenario] = next;
      const logFile = join(logs, `${scenario.name.replace(/[^\w]+/g, '-')}.log`);
      const result = await runScenario(scenario, { servers, index, logFile, interrupted });
      results.push(result);
      print(`${result.failure === null ? 'pass' : 'FAIL'}  ${result.name}  (${result.seconds} s)`);
      if (result.failure !== null) print(result.failure);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, lane));
  } finally {
    await servers.stop();
    // The logs stay where somebody may want to read them.
    const clean = !stopped && results.every(({ failure }) => failure === null);
    await rm(clean ? folder : join(folder, 'postgres'), { recursive: true, force: true });
  }
  printTable(scenarios, results);
  return results;
}

function limitOf({ given }: Scenario): number {
  return given?.limitSeconds ?? 0;
}

function printTable(scenarios: readonly Scenario[], results: readonly ScenarioResult[]): void {
  const rows = scenarios.flatMap(
    ({ name }) => results.find((result) => result.name === name) ?? [],
  );
  const table = textTable(
    ['scenario', 'seconds', 'syncs', 'requests', '429s', 'result'],
    rows.map(({ name, seconds, syncs, requests, refused, failure }) => [
      name,
      seconds.toFixed(1),
      ...[syncs, requests, refused].map(String),
      failure === null ? 'pass' : 'FAIL',
    ]),
    60,
  );
  print();
  for (const line of table) print(line);
  print();
}

main().catch(fail);
