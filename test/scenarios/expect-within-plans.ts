import { z } from 'zod';
import { USAGE_PLANS } from '../../sandbox/usage-plans';
import { expectMatch, expectThat } from './expect-match';
import type { ScenarioWorld } from './scenario-world';

/** A line of a worker's log; its time is when the answer was there. */
const Called = z.object({
  msg: z.literal('called Amazon'),
  connectionId: z.string(),
  operation: z.string(),
  time: z.string(),
  milliseconds: z.number(),
});
type Called = z.infer<typeof Called>;

/** A turn that a worker came to too late is taken anew, but only once: on a machine that is always late it is no better. */
const HELD_UP = 1;

/**
 * Throws unless the calls of all workers together, by when they left, are what Amazon's plans allow. Amazon counts by
 * when they come, so a call that a busy machine delivers late can be refused although nobody called too often.
 */
export function expectWithinPlans(world: ScenarioWorld, clockSpeed: number): void {
  const calls = world.logs.flatMap((line) => {
    // Other lines may be no JSON: a process's own warnings.
    if (!line.includes('called Amazon')) return [];
    return Called.safeParse(JSON.parse(line)).data ?? [];
  });
  for (const [operation, { perSecond, burst }] of Object.entries(USAGE_PLANS)) {
    const left = calls.filter((call) => call.operation === operation).map(leftAt);
    expectMatch(left.length, world.calls(operation), `calls of ${operation} in the logs`);
    let tokens: number = burst;
    let before = 0;
    for (const at of left.sort((a, b) => a - b)) {
      tokens = Math.min(burst, tokens + ((at - before) / 1000) * perSecond * clockSpeed) - 1;
      before = at;
      expectThat(tokens >= -HELD_UP, `${operation} within its plan`, left);
    }
  }
}

const leftAt = ({ time, milliseconds }: Called) => Date.parse(time) - milliseconds;
