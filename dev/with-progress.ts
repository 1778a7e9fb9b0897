import type { Report } from './install-once';

/** Awaits `work` and reports every ten seconds what `text` makes of the seconds so far. */
export async function withProgress<T>(
  report: Report,
  text: (seconds: number) => string,
  work: Promise<T>,
): Promise<T> {
  const start = performance.now();
  const timer = setInterval(
    () => report(text(Math.round((performance.now() - start) / 1000))),
    10_000,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
