import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startChild } from '../../dev/child-process';
import { freePort } from '../../dev/free-port';
import { startPostgres } from '../../dev/postgres';
import { startTemporal } from '../../dev/temporal-server';
import { signalAll } from './process-tree';
import type { ProcessName } from './processes';
import type { Launched } from './supervised-process';

export type Launchers = Record<ProcessName, () => Promise<Launched>>;

export interface LaunchersDeps {
  /** For data and, below `logs`, what each process prints. */
  folder: string;
  temporalBinary: string;
  /** Of an API or a worker. */
  env(process: ProcessName): Record<string, string>;
  /** What the program of the local Amazon is told. */
  amazonOptions: unknown;
  /** A server answers on this port of 127.0.0.1; another one than before it was killed, for that may be taken. */
  onPort(process: ProcessName, port: number): void;
  /** The fence has kept a write out. */
  onSuperseded(): void;
  /** Where the local Amazon can be asked how rows and sellers differ. */
  onAuditPort(port: number): void;
}

const Ready = z.object({
  msg: z.string().endsWith('is ready'),
  port: z.number().optional(),
  auditPort: z.number().optional(),
});

/** SQLITE_INTERRUPT, as every statement fails from then on. */
const LOST_SQLITE = 'Failed to start transaction. Error: interrupted (9)';

const compiled = join(__dirname, '..', '..');

/** How each process of the stack is launched, the first time and every other. */
export function createLaunchers(deps: LaunchersDeps): Launchers {
  const { folder, onPort, onAuditPort } = deps;
  const logOf = (process: ProcessName) => {
    const log = createWriteStream(join(folder, 'logs', `${process}.log`), { flags: 'a' });
    return (line: string) => void log.write(`${line}\n`);
  };
  const started = (server: Omit<Launched, 'isReady'>) => ({ ...server, isReady: () => true });

  /** A program of ours, which says on a line of JSON that it is ready. */
  const program = (process: ProcessName, args: () => string[], env = () => ({})) => {
    const log = logOf(process);
    return async (): Promise<Launched> => {
      let isReady = false;
      const child = await startChild({
        name: process,
        command: globalThis.process.execPath,
        args: args(),
        env: { PATH: globalThis.process.env.PATH, ...env() },
        onLine(line) {
          log(line);
          if (line.includes('"type":"superseded"')) deps.onSuperseded();
          const ready = isReady ? undefined : readyLine(line);
          if (ready === undefined) return;
          if (ready.port !== undefined) onPort(process, ready.port);
          if (ready.auditPort !== undefined) onAuditPort(ready.auditPort);
          isReady = true;
        },
      });
      const { pid, ended, stop, tail } = child;
      return { pid, ended, stop, tail, isReady: () => isReady };
    };
  };
  const entry = (process: ProcessName, folderOfEntry: string) =>
    program(
      process,
      () => [join(compiled, folderOfEntry, 'main.js')],
      () => deps.env(process),
    );

  const logPostgres = logOf('postgres');
  const logTemporal = logOf('temporal');
  return {
    'api-1': entry('api-1', 'api'),
    'api-2': entry('api-2', 'api'),
    'worker-1': entry('worker-1', 'worker'),
    'worker-2': entry('worker-2', 'worker'),
    'worker-3': entry('worker-3', 'worker'),
    amazon: program('amazon', () => [
      join(__dirname, 'amazon-main.js'),
      JSON.stringify(deps.amazonOptions),
    ]),
    async postgres() {
      const port = await freePort(0);
      const dataDir = join(folder, 'postgres');
      const server = await startPostgres({ dataDir, port, database: 'chaos', log: logPostgres });
      onPort('postgres', port);
      return started(server);
    },
    async temporal() {
      const port = await freePort(0);
      let pid: number | undefined;
      const server = await startTemporal({
        binary: deps.temporalBinary,
        databaseFile: join(folder, 'temporal.db'),
        port,
        namespace: 'default',
        searchAttributes: {},
        log(line) {
          logTemporal(line);
          // On a busy machine the development server can lose its one connection to SQLite for good, and never answer
          // again. That is no fault of the service: a supervisor would start it anew, and so does ours.
          if (pid !== undefined && line.includes(LOST_SQLITE)) signalAll([pid], 'SIGKILL');
        },
      });
      pid = server.pid;
      onPort('temporal', port);
      return started(server);
    },
  };
}

function readyLine(line: string): z.infer<typeof Ready> | undefined {
  if (!line.startsWith('{')) return undefined;
  const ready = Ready.safeParse(JSON.parse(line));
  return ready.success ? ready.data : undefined;
}
