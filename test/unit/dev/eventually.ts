import { setTimeout as delay } from 'node:timers/promises';

/** Returns when `condition` holds, asked every 20 ms; throws when it does not within `seconds`. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  { seconds }: { seconds: number },
): Promise<void> {
  const deadline = AbortSignal.timeout(seconds * 1000);
  while (!(await condition())) {
    if (deadline.aborted) throw new Error(`Not within ${seconds} s: ${condition}`);
    await delay(20);
  }
}
