import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** How often a process is looked at while it works. */
const LOOK_MS = 250;

/** MB that a process holds. */
export async function memoryOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Math.round(Number(stdout.trim()) / 1024);
}

/** What comes of the work, and the MB by which a process has grown at most while it was done. */
export async function withGrowth<Result>(
  pid: number,
  work: () => Promise<Result>,
): Promise<{ result: Result; growth: number }> {
  const before = await memoryOf(pid);
  let most = before;
  const watch = setInterval(async () => {
    most = Math.max(most, await memoryOf(pid));
  }, LOOK_MS);
  const result = await work().finally(() => clearInterval(watch));
  return { result, growth: most - before };
}
