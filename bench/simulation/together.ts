import type { EventLoop, Part, Process } from './event-loop';

/** Does several things side by side and goes on when all have ended. Returns how many did not work. */
export function* together(loop: EventLoop, parts: readonly Part<boolean>[]): Part<number> {
  const parent = loop.current();
  let open = parts.length;
  let failures = 0;
  function* one(part: Part<boolean>): Process {
    if (!(yield* part)) failures += 1;
    open -= 1;
    if (open === 0) loop.wake(parent);
  }
  if (parts.length === 0) return 0;
  for (const part of parts) loop.start(loop.now(), one(part));
  yield null;
  return failures;
}

/** Does several things one after the other; whether all of them worked. */
export function* inTurn(parts: readonly Part<boolean>[]): Part<boolean> {
  let worked = true;
  for (const part of parts) worked = (yield* part) && worked;
  return worked;
}
