import { readFileSync } from 'node:fs';
import { isAlive } from '../../../dev/is-alive';

/** Whether a process is over. One whose new parent has not asked for its exit code yet still has its id. */
export function hasEnded(pid: number): boolean {
  if (process.platform !== 'linux') return !isAlive(pid);
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/\(.*\)/s, ''));
  } catch {
    return true;
  }
}
