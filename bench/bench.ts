import type { ScenarioServers } from '../test/scenarios/scenario-servers';
import { type BenchWorld, startBenchWorld, type WorldOptions } from './bench-world';

/** What a benchmark is given. */
export interface Bench {
  /** How often each figure is measured. */
  rounds: number;
  servers: ScenarioServers;
  /** Starts a service of its own, so that none finds what another has left; it ends with the benchmark. */
  world(options?: WorldOptions): Promise<BenchWorld>;
  /** For people: what else a benchmark has to say. */
  note(line: string): void;
}

export interface BenchDeps {
  rounds: number;
  servers: ScenarioServers;
  note: (line: string) => void;
  /** Gets what the services log. */
  onLine: (line: string) => void;
}

/** Gives each benchmark its worlds, and ends them. */
export function createBench({ rounds, servers, note, onLine }: BenchDeps) {
  let worlds = 0;
  return async function withBench<Result>(use: (bench: Bench) => Promise<Result>): Promise<Result> {
    const started: BenchWorld[] = [];
    const world = async (options: WorldOptions = {}) => {
      worlds += 1;
      const one = await startBenchWorld(servers, `bench_${worlds}`, options, onLine);
      started.push(one);
      return one;
    };
    try {
      return await use({ rounds, servers, world, note });
    } finally {
      for (const one of started) await one.stop();
    }
  };
}
