import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { processTree, signalAll } from './process-tree';
import type { ProcessName } from './processes';

/** A process that was launched: maybe not ready yet. */
export interface Launched {
  pid: number;
  ended: Promise<unknown>;
  /** Whether it has said that it is ready. */
  isReady(): boolean;
  stop(): Promise<unknown>;
  /** The last lines that it printed, where they are kept. */
  tail?(): string;
}

/** How long a supervisor waits before it starts again what has ended. */
const RESTART_MS = 500;

const LOOK_MS = 50;

/** A process and its supervisor, which starts it again whenever it has ended, but while it is meant to be down. */
export class SupervisedProcess {
  /** How often it ended, or did not come up, without having been killed by us. */
  exits = 0;
  /** What was known of it when it last did so. */
  lastEnd = '';
  #isWanted = true;
  #isStopped = false;
  #launched: Launched | undefined;
  #frozen: { pids: readonly number[]; release: () => void } | undefined;
  readonly #supervisor: Promise<void>;

  constructor(
    readonly name: ProcessName,
    private readonly launch: () => Promise<Launched>,
    private readonly log: (line: string) => void,
  ) {
    this.#supervisor = this.#supervise();
  }

  async #supervise(): Promise<void> {
    while (!this.#isStopped) {
      if (this.#isWanted) await this.#runOnce();
      await setTimeout(this.#isWanted ? RESTART_MS : LOOK_MS);
    }
  }

  async #runOnce(): Promise<void> {
    try {
      const launched = await this.launch();
      this.#launched = launched;
      // Told to stop while it came up.
      if (this.#isStopped) await launched.stop();
      await launched.ended;
      if (this.#isWanted && !this.#isStopped)
        throw new Error(`it ended by itself\n${launched.tail?.() ?? ''}`);
    } catch (error) {
      this.exits += 1;
      this.lastEnd = String(error);
      this.log(`${this.name}: ${this.lastEnd}`);
    } finally {
      this.#launched = undefined;
    }
  }

  get isReady(): boolean {
    return this.#isWanted && this.#frozen === undefined && (this.#launched?.isReady() ?? false);
  }

  /** Kills it and what it has started, as the end of a machine does; it stays down until {@link start}. */
  async kill(): Promise<void> {
    const launched = await this.#running();
    if (launched === undefined) return;
    this.#isWanted = false;
    // Stopped first, so that it starts nothing between our look and the kill.
    signalAll([launched.pid], 'SIGSTOP');
    const pids = await processTree(launched.pid);
    signalAll(pids, 'SIGKILL');
    await launched.ended;
  }

  /** Asks it to end, as a deployment does; it stays down until {@link start}. */
  async end(): Promise<void> {
    const launched = await this.#running();
    if (launched === undefined) return;
    this.#isWanted = false;
    await launched.stop();
  }

  start(): void {
    this.#isWanted = true;
  }

  /** Holds it and what it has started where they are, until {@link thaw}. */
  async freeze(): Promise<void> {
    const launched = await this.#running();
    if (launched === undefined) return;
    signalAll([launched.pid], 'SIGSTOP');
    const pids = await processTree(launched.pid);
    signalAll(pids, 'SIGSTOP');
    this.#frozen = { pids, release: guardFrozen(pids) };
  }

  thaw(): void {
    if (this.#frozen === undefined) return;
    signalAll([...this.#frozen.pids].reverse(), 'SIGCONT');
    this.#frozen.release();
    this.#frozen = undefined;
  }

  /** Ends it in order, and its supervisor. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.thaw();
    await this.#launched?.stop();
    await this.#supervisor;
  }

  /** What runs, once it has been launched; undefined when it is being stopped for good. */
  async #running(): Promise<Launched | undefined> {
    while (this.#launched === undefined && !this.#isStopped) await setTimeout(LOOK_MS);
    return this.#isStopped ? undefined : this.#launched;
  }
}

/** What ends so often while nothing is done to it yet does not come up at all. */
const MOST_EXITS = 3;

/** For the start, when nothing is done to anybody yet. Throws, with its last words, when one cannot come up. */
export async function untilUp(
  processes: readonly SupervisedProcess[],
  signal: AbortSignal,
): Promise<void> {
  while (!processes.every(({ isReady }) => isReady)) {
    const hopeless = processes.find(({ exits }) => exits >= MOST_EXITS);
    if (hopeless !== undefined)
      throw new Error(`${hopeless.name} does not come up: ${hopeless.lastEnd}`);
    await setTimeout(50, undefined, { signal });
  }
}

/** For later, when processes are down because somebody wants it. */
export async function untilReady(
  processes: readonly SupervisedProcess[],
  signal: AbortSignal,
): Promise<void> {
  while (!processes.every(({ isReady }) => isReady)) await setTimeout(50, undefined, { signal });
}

/**
 * What is frozen while we are killed would stay so for ever, deaf to whoever ends what we leave behind. The guard
 * waits on a pipe that only we hold: a word says that all is well, its end that we are gone.
 */
function guardFrozen(pids: readonly number[]): () => void {
  const guard = spawn(
    '/bin/sh',
    ['-c', 'read -r word || kill -s CONT "$@"', 'guard', ...pids.map(String)],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' },
  );
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return () => guard.stdin.end('thawed\n');
}
