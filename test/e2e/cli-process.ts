import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { eventually } from '../eventually';

export const CLI = join(__dirname, '..', '..', 'dist', 'cli', 'main.js');

export interface CliEnd {
  code: number | null;
  out: string;
  err: string;
}

/** The terminal client as a process. */
export interface CliProcess {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** What it has written so far. */
  written(): string;
  /** Waits until it has written that. */
  untilWritten(text: string | RegExp): Promise<void>;
  ended: Promise<CliEnd>;
}

/** Starts the compiled client with an environment of our choosing and no other. */
export function startCli(
  args: readonly string[],
  env: Record<string, string>,
  command: readonly string[] = [process.execPath, CLI],
): CliProcess {
  const [program = '', ...before] = command;
  const child = spawn(program, [...before, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const closed = once(child, 'close');
  return {
    child,
    written: () => out + err,
    async untilWritten(text) {
      await eventually(`the client writes ${text}`, () => {
        const written = out + err;
        return (
          (typeof text === 'string' ? written.includes(text) : text.test(written)) || undefined
        );
      });
    },
    ended: closed.then(() => ({ code: child.exitCode, out, err })),
  };
}
