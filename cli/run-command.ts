import { accessOf, type Environment, isPrivateOnTheWay } from './access';
import { type ApiClient, createApiClient } from './api-client';
import { type Command, type CommandLine, parseCommandLine } from './command-line';
import { cancel } from './commands/cancel';
import { exportList } from './commands/export';
import { history } from './commands/history';
import { start } from './commands/start';
import { status } from './commands/status';
import { watch } from './commands/watch';
import { type Console, createConsole } from './console';
import { watchEndings } from './endings';
import { EXIT, type ExitCode } from './exit-codes';
import { Failure, OddAnswer } from './failure';
import { HELP } from './help-text';
import { createSend } from './send';

export interface Program {
  args: readonly string[];
  env: Environment & { NO_COLOR?: string; TERM?: string };
  out: NodeJS.WriteStream;
  err: NodeJS.WriteStream;
  version: string;
}

const IN_THE_CLEAR =
  'Warning: this is http and not https, so whoever is on the way can read the session and use it.';

/** How long to try again, ms: what a deployment takes, and when watching what an evening's outage takes. */
const RETRY_MS = 30_000;
const WATCH_RETRY_MS = 300_000;

/** Runs one command line to its end and returns the exit code. */
export async function runCommand(program: Program): Promise<ExitCode> {
  const { args, out, err, env } = program;
  // Before the line is understood it must be known in which form to complain.
  const json = args.includes('--json');
  // NO_COLOR counts when it is not empty (no-color.org).
  const colours = !env.NO_COLOR && env.TERM !== 'dumb';
  const console = createConsole({ out, err, json, colours });
  const endings = watchEndings(out, (code) =>
    console.note(`The output cannot be written (${code}).`),
  );
  try {
    const line = parseCommandLine(args);
    const code = await run(line, console, program, endings.signal);
    await written(out);
    return endings.signal.aborted ? endings.code() : code;
  } catch (error) {
    if (endings.signal.aborted) return endings.code();
    const failure = failureOf(error);
    console.tell({
      success: false,
      error: failure.code,
      message: failure.message,
      ...failure.body,
    });
    console.note(failure.message);
    return failure.exit;
  } finally {
    endings.forget();
  }
}

async function run(
  { command, common }: CommandLine,
  console: Console,
  { env, version, out, err }: Program,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (command.name === 'help') {
    out.write(HELP);
    return EXIT.ok;
  }
  if (command.name === 'version') {
    console.tell({ version });
    console.say(version);
    return EXIT.ok;
  }
  const { url, token } = accessOf(common, env);
  // With --json too: it is for whoever has set the URL.
  if (!isPrivateOnTheWay(url)) err.write(`${IN_THE_CLEAR}\n`);
  const watches = command.name === 'watch' || (command.name === 'start' && command.watch);
  const api = createApiClient({
    send: createSend(url, {
      authorization: `Bearer ${token}`,
      'user-agent': `amazon-sync/${version}`,
    }),
    retryForMs: common.retryForMs ?? (watches ? WATCH_RETRY_MS : RETRY_MS),
    signal,
  });
  return ask(api, console, command);
}

function ask(
  api: ApiClient,
  console: Console,
  command: Exclude<Command, { name: 'help' | 'version' }>,
): Promise<ExitCode> {
  switch (command.name) {
    case 'start':
      return start(api, console, command);
    case 'status':
      return status(api, console, command);
    case 'watch':
      return watch(api, console, command);
    case 'cancel':
      return cancel(api, console, command);
    case 'history':
      return history(api, console, command);
    case 'export':
      return exportList(api, console, command);
    default:
      return command satisfies never;
  }
}

/** Only then is it known whether the output could be written. */
function written(out: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => out.write('', () => resolve()));
}

/** Errors that are not ours to explain: their text could quote a header. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const name = error instanceof Error ? error.name : 'Error';
  return new OddAnswer(`Something went wrong here (${name}).`);
}
