import { setTimeout } from 'node:timers/promises';
import type { ChaosStack } from './chaos-stack';
import { type FaultAction, type PlannedFault, targetsOf } from './fault-plan';
import { operateOn } from './operator';
import { orphan } from './orphan';

/** How an act is undone; there may be nothing to undo. */
export type Undo = (() => unknown) | undefined;

export interface Watch {
  log: (line: string) => void;
  /** Gives up on everything. */
  signal: AbortSignal;
}

/**
 * Does to the service what the plan says, when it says so, and returns when all of it has been taken back. A fault
 * that something else is in the way of, such as a process that is only coming up, comes later than planned.
 */
export async function inflict(
  stack: ChaosStack,
  plan: readonly PlannedFault[],
  watch: Watch,
): Promise<void> {
  const { log, signal } = watch;
  let beginning = Promise.resolve(performance.now());
  const turns = new Map<string, Promise<void>>();
  const carryOut = async (
    fault: PlannedFault,
    begun: Promise<number>,
    before: Promise<unknown>,
  ) => {
    const due = (await begun) + fault.at;
    await setTimeout(Math.max(0, due - performance.now()), undefined, { signal });
    await before;
    log(describeFault(fault));
    const undo = await act(stack, fault, watch);
    await setTimeout(fault.lasts, undefined, { signal });
    await undo?.();
  };
  await Promise.all(
    plan.map((fault, index) => {
      const targets = targetsOf(fault);
      const turn = Promise.all(targets.map((target) => turns.get(target)));
      const done = carryOut(fault, beginning, turn);
      for (const target of targets) turns.set(target, done);
      if (fault.kind === 'orphan') beginning = laterThan(done, beginning, plan[index + 1]);
      return done;
    }),
  );
}

/** When the plan had to begin for what comes next to be due once this is over, or as it was if that is later. */
async function laterThan(
  over: Promise<void>,
  beginning: Promise<number>,
  next: PlannedFault | undefined,
): Promise<number> {
  const [begun] = await Promise.all([beginning, over]);
  return Math.max(begun, performance.now() - (next?.at ?? 0));
}

async function act(stack: ChaosStack, action: FaultAction, watch: Watch): Promise<Undo> {
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
    case 'stall': {
      const line = stack.lines.line(action.line);
      line.stall();
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
      await operateOn(stack, action.kind, [action.user], watch);
      return undefined;
    case 'orphan':
      return orphan(stack, action.users, watch);
    default:
      return action satisfies never;
  }
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
