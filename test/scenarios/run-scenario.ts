import { createWriteStream } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import {
  DEFAULT_CLOCK_SPEED,
  type LocalServers,
  type LocalService,
  startLocalService,
} from '../../dev/local-service';
import { createCalendar } from './calendar';
import { type Scenario, SMALL_SELLER } from './scenario';
import { ScenarioWorld } from './scenario-world';

export interface ScenarioResult {
  name: string;
  seconds: number;
  syncs: number;
  /** Requests that Amazon answered, and how many of them with 429. */
  requests: number;
  refused: number;
  /** Null when it passed; else why it did not, for people. */
  failure: string | null;
}

/** Ends what hangs. A scenario that works takes 10 to 60 s, and several times that where others use the machine. */
const LIMIT_SECONDS = 600;

/** Runs one scenario on a service of its own, and takes that down again. Never throws. */
export async function runScenario(
  scenario: Scenario,
  { servers, index, logFile, interrupted }: RunOptions,
): Promise<ScenarioResult> {
  const begun = performance.now();
  const log = createWriteStream(logFile);
  const lines: string[] = [];
  let service: LocalService | undefined;
  let world: ScenarioWorld | undefined;
  const failures: string[] = [];
  try {
    const begin = async () => {
      const calendar = createCalendar(Date.now);
      service = await startService(scenario, servers, index, calendar.now, (line) => {
        lines.push(line);
        log.write(line.endsWith('\n') ? line : `${line}\n`);
      });
      const [seller] = service.sandbox.sellers;
      if (seller === undefined) throw new Error('The sandbox has no seller');
      for (let n = 0; n < (scenario.given?.workers ?? 1); n++) await service.startWorker();
      const user = await service.user(seller);
      world = new ScenarioWorld(service, calendar, lines, {
        user,
        seller,
        clockSpeed: scenario.given?.clockSpeed ?? DEFAULT_CLOCK_SPEED,
      });
      await scenario.run(world);
    };
    await within(begin(), scenario.given?.limitSeconds ?? LIMIT_SECONDS, interrupted);
  } catch (error) {
    failures.push(await explain(error, world), `  log: ${logFile}`);
  }
  const counts = Object.values(service?.sandbox.stats().operations ?? {});
  try {
    await service?.stop();
  } catch (error) {
    failures.push(`  and its service did not stop in order: ${String(error)}`);
  }
  await new Promise((resolve) => log.end(resolve));
  return {
    name: scenario.name,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
    syncs: world?.syncs ?? 0,
    requests: counts.flatMap((statuses) => Object.values(statuses)).reduce(sum, 0),
    refused: counts.map((statuses) => statuses[429] ?? 0).reduce(sum, 0),
    failure: failures.length === 0 ? null : failures.join('\n'),
  };
}

export interface RunOptions {
  servers: LocalServers;
  /** Tells the scenarios of one run apart. */
  index: number;
  /** Where API and workers log. */
  logFile: string;
  /** Ends the scenario when it settles. */
  interrupted: Promise<void>;
}

function startService(
  { given = {} }: Scenario,
  servers: LocalServers,
  index: number,
  now: () => number,
  onLine: (line: string) => void,
): Promise<LocalService> {
  return startLocalService({
    servers,
    name: `scenario_${process.pid}_${index}`,
    sandbox: {
      ...given.amazon,
      sellers: given.sellers ?? [SMALL_SELLER],
      ...(given.clockSpeed !== undefined && { clockSpeed: given.clockSpeed }),
    },
    now,
    onLine,
  });
}

async function within(
  work: Promise<void>,
  seconds: number,
  interrupted: Promise<void>,
): Promise<void> {
  const timer = new AbortController();
  const tooLong = setTimeout(seconds * 1000, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`not done within ${seconds} s`);
  });
  const cut = interrupted.then(() => {
    throw new Error('interrupted');
  });
  // Whichever of them loses may still fail, with nobody left to hear it.
  for (const one of [work, tooLong, cut]) one.catch(() => undefined);
  try {
    await Promise.race([work, tooLong, cut]);
  } finally {
    timer.abort();
  }
}

/** What was expected, and what the service and its Amazon last looked like. */
async function explain(error: unknown, world: ScenarioWorld | undefined): Promise<string> {
  const what = error instanceof Error ? error.message : String(error);
  if (world === undefined) return `  ${what}`;
  const { sandbox, seen } = world;
  const faults = await fetch(`${sandbox.url}/sandbox/faults`).then(
    (answer) => answer.text(),
    String,
  );
  return [
    `  ${what.replaceAll('\n', '\n  ')}`,
    `  last status: ${JSON.stringify(seen.at(-1) ?? null)}`,
    `  Amazon answered: ${JSON.stringify(sandbox.stats().operations)}`,
    `  faults: ${faults}`,
  ].join('\n');
}

const sum = (a: number, b: number) => a + b;
