import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EXIT } from '../../cli/exit-codes';
import { eventually } from '../eventually';

export interface ShellEnd {
  /** 0 when every line has succeeded. */
  code: unknown;
  out: string;
}

/**
 * Runs lines as somebody would paste them, up to the first that fails. Servers may be out of reach for a moment, on a busy
 * machine too: whoever is told so runs them again, and then finds the sync that the first try
 * may have begun.
 */
export function runShell(
  lines: string,
  env: Record<string, string>,
  cwd: string,
): Promise<ShellEnd> {
  return eventually('an answer that is no outage', async () => {
    const end = await runOnce(lines, { PATH: process.env.PATH, ...env }, cwd);
    const isOutage = AGAIN.includes(Number(end.code)) || end.out.includes('"service_unavailable"');
    return isOutage ? undefined : end;
  });
}

/** Exit codes of the terminal client: a sync already runs, out of reach. */
const AGAIN: readonly number[] = [EXIT.alreadyRunning, EXIT.outOfReach];

async function runOnce(lines: string, env: NodeJS.ProcessEnv, cwd: string): Promise<ShellEnd> {
  try {
    const { stdout } = await promisify(execFile)('/bin/sh', ['-ec', lines], { cwd, env });
    return { code: 0, out: stdout };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error)) throw error;
    return { code: error.code, out: String(error.stdout) };
  }
}
