import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export interface ChildCommand {
  /** What messages call it, such as "PostgreSQL". */
  name: string;
  command: string;
  args: readonly string[];
  /** Its whole environment; ours unless told. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Run as this user; only root may ask for it. */
  user?: { uid: number; gid: number };
  /** What asks it to end in order; SIGTERM unless told. */
  stopSignal?: 'SIGTERM' | 'SIGINT';
  /** How long it may take to end in order before it is killed; 10 s unless told. */
  graceSeconds?: number;
  /** Gets each line that it prints, on either stream. */
  onLine?: (line: string) => void;
}

export interface ChildEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Settles when it has ended, however that came. */
  readonly ended: Promise<ChildEnd>;
  /** The last lines it printed. */
  tail(): string;
  /** Asks it to end, kills it when the grace is over, and returns when it is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Outlives the process that starts it and then ends the child: it waits on a pipe that only that process
 * holds, and the system closes a pipe even of a process that was killed with SIGKILL. A plain shell, because
 * Linux's "die with my parent" exists on no other system. Arguments: signal, grace in seconds.
 */
const GUARD = `
read -r child
read -r never_comes
kill -s "$1" "$child" 2>/dev/null || exit 0
waited=0
while kill -0 "$child" 2>/dev/null && [ "$waited" -lt "$2" ]; do sleep 1; waited=$((waited + 1)); done
kill -s KILL -- "-$child" 2>/dev/null
`;

/**
 * Starts a program that ends with us: by `stop()`, or, when this process dies without calling it, by a guard.
 * The child has a process group of its own, so Ctrl-C in the terminal reaches only us and we stop it in order.
 * Throws when the program cannot be started.
 */
export async function startChild(options: ChildCommand): Promise<Child> {
  const { name, stopSignal = 'SIGTERM', graceSeconds = 10 } = options;
  // The guard comes first, so that the child is without one only until its id is written, a few lines on.
  const guard = spawn(
    '/bin/sh',
    ['-c', GUARD, 'guard', stopSignal.slice('SIG'.length), String(graceSeconds)],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' },
  );
  const child = spawn(options.command, options.args, {
    ...options.user,
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guard.stdin.on('error', () => undefined); // the guard ended first, with its child
  guard.unref();
  if (child.pid !== undefined) guard.stdin.write(`${child.pid}\n`);

  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 30) lines.shift();
      options.onLine?.(line);
    });
  }
  const ended = endOf(child).finally(() => guard.kill('SIGKILL'));
  try {
    await once(child, 'spawn');
  } catch (cause) {
    guard.kill('SIGKILL');
    throw new Error(`${name}: cannot start ${options.command}: ${String(cause)}`, { cause });
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name}: started without a process id`);

  const stop = async () => {
    child.kill(stopSignal); // does nothing once the child has ended
    const inTime = await Promise.race([ended, delay(graceSeconds * 1000, null, { ref: false })]);
    if (inTime === null) child.kill('SIGKILL');
    await ended;
  };
  let stopping: Promise<void> | undefined;
  return {
    name,
    pid,
    ended,
    tail: () => lines.join('\n'),
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function endOf(child: ChildProcess): Promise<ChildEnd> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  const end = await new Promise<ChildEnd>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  // Its last words are still in the pipe; but a helper that holds the pipe open must not hold us.
  await Promise.race([closed, delay(500, null, { ref: false })]);
  return end;
}

/**
 * Returns when `probe` has said true, asking again every 50 ms; a probe that throws has said no.
 * Throws, with the child's last lines, when it ends first or is not ready in time; it is not stopped then.
 */
export async function untilReady(
  child: Child,
  probe: () => Promise<boolean>,
  { seconds }: { seconds: number },
): Promise<void> {
  const deadline = AbortSignal.timeout(seconds * 1000);
  let reason = '';
  const asked = async (): Promise<'yes' | 'no'> => {
    try {
      return (await probe()) ? 'yes' : 'no';
    } catch (error) {
      reason = ` (${String(error)})`;
      return 'no';
    }
  };
  for (;;) {
    // Its end is looked at first: something else may answer in its place.
    const answer = await Promise.race([child.ended, asked()]);
    if (typeof answer === 'object')
      throw new Error(`${child.name} ${describe(answer)}:\n${child.tail()}`);
    if (answer === 'yes') return;
    if (deadline.aborted)
      throw new Error(`${child.name} not ready after ${seconds} s${reason}:\n${child.tail()}`);
    await delay(50);
  }
}

/** Runs a program to its end. Throws, with its last lines, when it fails. */
export async function runToEnd(options: ChildCommand): Promise<void> {
  const child = await startChild(options);
  const end = await child.ended;
  if (end.code !== 0) throw new Error(`${child.name} ${describe(end)}:\n${child.tail()}`);
}

const describe = ({ code, signal }: ChildEnd): string =>
  signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
