import { median } from './alternate';

/** Does it once for each input, one after the other; the median of how long each took, ms. */
export async function latencyOf<Input>(
  inputs: readonly Input[],
  once: (input: Input) => Promise<unknown>,
): Promise<number> {
  const milliseconds: number[] = [];
  for (const input of inputs) {
    const begun = performance.now();
    await once(input);
    milliseconds.push(performance.now() - begun);
  }
  return median(milliseconds);
}

/** Does it once for each input, so many at a time; how many were done in a second. */
export async function throughputOf<Input>(
  inputs: readonly Input[],
  clients: number,
  once: (input: Input) => Promise<unknown>,
): Promise<number> {
  const queue = [...inputs];
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let input = queue.pop(); input !== undefined; input = queue.pop()) await once(input);
    }),
  );
  return (inputs.length * 1_000) / (performance.now() - begun);
}

/** So many clients do it over and over for some time; how many were done in a second. */
export async function sustainedThroughput(
  clients: number,
  milliseconds: number,
  once: () => Promise<unknown>,
): Promise<number> {
  let done = 0;
  const begun = performance.now();
  const until = begun + milliseconds;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < until) {
        await once();
        done += 1;
      }
    }),
  );
  return (done * 1_000) / (performance.now() - begun);
}
