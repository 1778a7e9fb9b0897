import { setTimeout } from 'node:timers/promises';
import type { ChaosStack } from './chaos-stack';
import type { FaultAction, PlannedFault } from './fault-plan';
import { operate } from './operator';

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
  const carryOut = async (fault: PlannedFault, before: Promise<void> | undefined) => {
    await setTimeout(Math.max(0, begun + fault.at - performance.now()), undefined, { signal });
    await before;
    log(describeFault(fault));
    const undo = await act(stack, fault, log);
    await setTimeout(fault.lasts, undefined, { signal });
    await undo?.();
  };
  await Promise.all(
    plan.map((fault) => {
      const target = targetOf(fault);
      const done = carryOut(fault, target === undefined ? undefined : turns.get(target));
      if (target !== undefined) turns.set(target, done);
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
    case 'reset': {
      const user = stack.users[action.user];
      if (user === undefined) throw new Error(`There is no user ${action.user}`);
      // None may run, and Temporal may be away: then the operator lets it be.
      await operate(stack.temporal, action.kind, user.userId).catch((error: unknown) =>
        log(`  no ${action.kind} of ${user.userId}: ${String(error)}`),
      );
      return undefined;
    }
    default:
      return action satisfies never;
  }
}

function targetOf(action: FaultAction): string | undefined {
  if ('process' in action) return action.process;
  return 'line' in action ? action.line : undefined;
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
