import { printable } from './printable';
import { createProgressView, type ProgressView } from './progress-bars';

/** How a command tells what it has found, to a person or to a program. */
export interface Console {
  json: boolean;
  out: NodeJS.WriteStream;
  /** A line for a person; a program gets nothing of it. */
  say(line: string): void;
  /** A line for a person beside the result: it goes to standard error. */
  note(line: string): void;
  /** A document for a program; a person gets nothing of it. */
  tell(document: unknown): void;
  progress(): ProgressView;
}

interface ConsoleOptions {
  out: NodeJS.WriteStream;
  err: NodeJS.WriteStream;
  json: boolean;
  /** Whether the person wants colours where a terminal shows them. */
  colours: boolean;
}

export function createConsole({ out, err, json, colours }: ConsoleOptions): Console {
  return {
    json,
    out,
    say(line) {
      if (!json) out.write(`${printable(line)}\n`);
    },
    note(line) {
      if (!json) err.write(`${printable(line)}\n`);
    },
    tell(document) {
      if (json) out.write(`${JSON.stringify(document)}\n`);
    },
    progress: () => createProgressView(out, err, colours && out.isTTY),
  };
}
