import { setTimeout } from 'node:timers/promises';

/** Asks again every 20 ms until the answer is not undefined. Throws after `milliseconds`. */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  milliseconds = 60_000,
): Promise<Answer> {
  const giveUpAt = performance.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > giveUpAt) throw new Error(`${what}: not within ${milliseconds} ms`);
    await setTimeout(20);
  }
}
