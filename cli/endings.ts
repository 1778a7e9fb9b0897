import { EXIT, type ExitCode } from './exit-codes';

/** What can end a command from outside. */
export interface Endings {
  /** Aborts when the command shall end. */
  signal: AbortSignal;
  /** Why it was ended. */
  code(): ExitCode;
  /** Lets the process be as it was. */
  forget(): void;
}

/**
 * Watches for signals, and for an output that takes nothing more: nobody reads the pipe, or the disk is full. A
 * second signal ends the process at once.
 */
export function watchEndings(out: NodeJS.WriteStream, onLost: (code: string) => void): Endings {
  const ending = new AbortController();
  let code: ExitCode = EXIT.interrupted;
  const end = (because: ExitCode) => {
    if (ending.signal.aborted) process.exit(code);
    code = because;
    ending.abort();
  };
  const onInterrupt = () => end(EXIT.interrupted);
  const onTerminate = () => end(EXIT.terminated);
  const onError = (error: NodeJS.ErrnoException) => {
    if (ending.signal.aborted) return;
    const isPipe = error.code === 'EPIPE';
    if (!isPipe) onLost(error.code ?? error.name);
    end(isPipe ? EXIT.brokenPipe : EXIT.output);
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  // Stays: what is still in the stream's buffer may fail after the command has ended.
  out.on('error', onError);
  return {
    signal: ending.signal,
    code: () => code,
    forget() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
