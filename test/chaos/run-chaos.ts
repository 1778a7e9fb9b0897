import { setMaxListeners } from 'node:events';
import { createRandom } from '../../sandbox/random';
import { type ChaosStack, startChaosStack } from './chaos-stack';
import { drawPlan } from './fault-plan';
import { Frontend } from './frontend';
import { inflict } from './inflict';
import { Notes } from './notes';
import { settle } from './settle';
import { judge, type Verdict } from './verdict';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver';

export interface ChaosRun {
  seed: number;
  faults: number;
  users: number;
}

export interface ChaosResult {
  verdict: Verdict;
  notes: Notes;
  /** How many deliveries the users' receiver has taken. */
  delivered: number;
  /** How often a process ended that nobody had killed. */
  exits: number;
  /** How often the fence has kept out a write that came too late. */
  keptOut: number;
}

/**
 * For how long nothing may move before a run is given up: longer than the longest pause between two attempts, which
 * is five minutes. What moves may take its time, as it does on a busy machine.
 */
const STILL_MS = 7 * 60_000;

/** And for how long a run that moves may go on: something that never ends moves too. */
const LONGEST_MS = 40 * 60_000;

/** What a run happens in, and what is noted of it. */
export interface ChaosWorld {
  stack: ChaosStack;
  receiver: WebhookReceiver;
  notes: Notes;
  /** Gives up on everything. */
  signal: AbortSignal;
}

export interface ChaosOptions {
  folder: string;
  temporalBinary: string;
  /** For people. */
  report: (line: string) => void;
  log: (line: string) => void;
  interrupted: Promise<void>;
}

class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/** One run, from the start of the stack to its end. Throws what kept it from coming to a verdict. */
export async function runChaos(run: ChaosRun, options: ChaosOptions): Promise<ChaosResult> {
  const ending = new AbortController();
  const { signal } = ending;
  // Every pause of every user listens to it.
  setMaxListeners(0, signal);
  options.interrupted.then(() => ending.abort(new Error('interrupted')));
  const notes = new Notes();
  const watch = watchOver(notes, ending);
  const receiver = await startWebhookReceiver(createRandom(`chaos/${run.seed}/receiver`));
  let stack: ChaosStack | undefined;
  try {
    stack = await startChaosStack({ ...options, users: run.users, signal });
    options.report('Everything runs.');
    const world = { stack, receiver, notes, signal };
    const givenUp = await liveThrough(world, run, options).catch((error: unknown) => {
      // Whatever waited for the signal fails by it; what it was given for is the reason.
      if (signal.reason instanceof GivenUp) return [signal.reason.message];
      throw signal.aborted ? signal.reason : error;
    });
    const verdict = await judge(world);
    verdict.stuck.push(...givenUp);
    return {
      verdict,
      notes,
      delivered: receiver.taken.size,
      exits: stack.exits(),
      keptOut: stack.keptOut(),
    };
  } finally {
    clearInterval(watch);
    ending.abort(new Error('over'));
    await stack?.stop();
    await receiver.close();
  }
}

/** The faults, and the users meanwhile; then one more sync of each in peace. */
async function liveThrough(
  world: ChaosWorld,
  { seed, faults, users }: ChaosRun,
  { log, report }: ChaosOptions,
): Promise<string[]> {
  const { stack, notes, signal } = world;
  let enough = false;
  const frontends = stack.users.map((user, index) => {
    const random = createRandom(`chaos/${seed}/${user.userId}`);
    const receiver = index % 3 === 0 ? undefined : world.receiver;
    return new Frontend({ stack, user, notes, receiver, random, signal });
  });
  await Promise.all(frontends.map((frontend) => frontend.registerWebhook()));
  // Half of them know their seller already, so that their syncs are short and many; the others' first one is long.
  const known = frontends.filter((_, index) => index % 2 === 0);
  await Promise.all(known.map((frontend) => frontend.syncInPeace()));
  report('The faults begin.');
  const faultsEnd = async () => {
    const noted = (line: string) => {
      notes.moved();
      log(line);
    };
    await inflict(stack, drawPlan(seed, faults, users), { log: noted, signal });
    enough = true;
    await fetch(`${stack.amazonUrl}/sandbox/faults`, { method: 'DELETE', signal });
    await stack.ready();
    report('The faults are over, and everything runs again.');
  };
  const isOver = faultsEnd();
  const lives = frontends.map(async (frontend) => {
    await frontend.live(() => enough);
    // Whoever is done with what the faults have left behind need not wait for the others.
    await isOver;
    await frontend.syncInPeace();
  });
  await Promise.all([isOver, ...lives]);
  // One of those who knew their seller, and one of the others.
  await settle(world, frontends.slice(0, 2));
  return [];
}

/** Gives the run up when nothing has moved for long, or when it has no end. */
function watchOver(notes: Notes, ending: AbortController): NodeJS.Timeout {
  const begun = performance.now();
  return setInterval(() => {
    const now = performance.now();
    if (now - notes.movedAt > STILL_MS) ending.abort(new GivenUp('nothing has moved for minutes'));
    if (now - begun > LONGEST_MS) ending.abort(new GivenUp('the run has no end'));
  }, 1_000);
}
