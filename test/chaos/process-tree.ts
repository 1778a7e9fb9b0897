import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errorCode } from '../../dev/error-code';

/** A process and whatever it has started, itself first. */
export async function processTree(root: number): Promise<number[]> {
  const parents = await parentsOfAll();
  const tree = [root];
  // Children join the list while it is walked, and are walked in turn.
  for (const parent of tree) {
    for (const [pid, itsParent] of parents) if (itsParent === parent) tree.push(pid);
  }
  return tree;
}

/** Sends a signal; one that has ended meanwhile needs none. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (errorCode(error) !== 'ESRCH') throw error;
    }
  }
}

async function parentsOfAll(): Promise<Map<number, number>> {
  // Not every Linux image has ps, no macOS has /proc.
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
    return new Map(stdout.split('\n').map(parsePair));
  }
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    // The name of the program stands in parentheses and may hold more of them; then come state and parent.
    const parent = Number(
      stat
        .slice(stat.lastIndexOf(')') + 1)
        .trim()
        .split(' ')[1],
    );
    if (parent > 0) parents.set(Number(entry), parent);
  }
  return parents;
}

function parsePair(line: string): [number, number] {
  const [pid, parent] = line.trim().split(/\s+/).map(Number);
  return [pid ?? 0, parent ?? 0];
}
