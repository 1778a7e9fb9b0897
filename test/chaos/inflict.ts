import { setTimeout } from 'node:timers/promises';
import type { ChaosStack } from './chaos-stack';
import { type FaultAction, type PlannedFault, targetsOf, WORKER_LINES } from './fault-plan';
import { type Deed, operate } from './operator';

/** How an act is undone; there may be nothing to undo. */
type Undo = (() => unknown) | undefined;

/**
 * Does to the service what the plan says, when it says so, and returns when all of it has been taken back. A fault
 * that something else is in the way of, such as a process that is only coming up, comes later than planned.
 */
export async function inflict(
  stack: ChaosStack,
  plan: readonly PlannedFault[],
  { log, signal }: { log: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  const begun = performance.now();
  const turns = new Map<string, Promise<void>>();
  const carryOut = async (fault: PlannedFault, before: Promise<unknown>) => {
    await setTimeout(Math.max(0, begun + fault.at - performance.now()), undefined, { signal });
    await before;
    log(describeFault(fault));
    const undo = await act(stack, fault, log);
    await setTimeout(fault.lasts, undefined, { signal });
    await undo?.();
  };
  await Promise.all(
    plan.map((fault) => {
      const targets = targetsOf(fault);
      const done = carryOut(fault, Promise.all(targets.map((target) => turns.get(target))));
      for (const target of targets) turns.set(target, done);
      return done;
    }),
  );
}

async function act(
  stack: ChaosStack,
  action: FaultAction,
  log: (line: string) => void,
): Promise<Undo> {
  switch (action.kind) {
    case 'kill': {
      const process = stack.process(action.process);
      await process.kill();
      return () => process.start();
    }
    case 'restart': {
      const process = stack.process(action.process);
      await process.end();
      return () => process.start();
    }
    case 'freeze': {
      const process = stack.process(action.process);
      await process.freeze();
      return () => process.thaw();
    }
    case 'cut': {
      const line = stack.lines.line(action.line);
      await line.cut();
      return () => line.restore();
    }
    case 'black hole': {
      const line = stack.lines.line(action.line);
      line.freeze();
      return () => line.restore();
    }
    case 'slow': {
      const line = stack.lines.line(action.line);
      line.slow(action.milliseconds);
      return () => line.restore();
    }
    case 'amazon': {
      const answer = await fetch(`${stack.amazonUrl}/sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(action.fault),
      });
      if (!answer.ok) throw new Error(`The local Amazon refused a fault: ${await answer.text()}`);
      return undefined;
    }
    case 'terminate':
    case 'reset':
      await operateOn(stack, action.kind, [action.user], log);
      return undefined;
    case 'orphan': {
      const lines = WORKER_LINES.map((name) => stack.lines.line(name));
      for (const line of lines) line.freeze();
      await operateOn(stack, 'terminate', action.users, log);
      return () => Promise.all(lines.map((line) => line.restore()));
    }
    default:
      return action satisfies never;
  }
}

async function operateOn(
  stack: ChaosStack,
  deed: Deed,
  numbers: readonly number[],
  log: (line: string) => void,
): Promise<void> {
  const operated = numbers.map(async (number) => {
    const user = stack.users[number];
    if (user === undefined) throw new Error(`There is no user ${number}`);
    // None may run, and Temporal may be away: then the operator lets it be.
    await operate(stack.temporal, deed, user.userId).catch((error: unknown) =>
      log(`  no ${deed} of ${user.userId}: ${String(error)}`),
    );
  });
  await Promise.all(operated);
}

/** A fault in words, as one line of the plan. */
export function describeFault(fault: PlannedFault): string {
  const { at, lasts, kind, ...rest } = fault;
  const what = Object.values(rest).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  );
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
  return `${seconds(at)} s: ${kind} ${what.join(' ')}${lasts > 0 ? ` for ${seconds(lasts)} s` : ''}`;
}
