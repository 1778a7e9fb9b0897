import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Connection } from '@temporalio/client';
import { startChild, untilReady } from './child-process';

export interface TemporalServer {
  /** host:port of its gRPC front end. */
  address: string;
  uiUrl: string | null;
  pid: number;
  /** Settles when the server has ended, wanted or not. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

const DYNAMIC_CONFIG = [
  // The one history shard of a development server polls each queue 20 times a second, so every hop of a
  // workflow waits 50 ms: ten activities took 1.05 s, with these 0.2 s.
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.visibilityProcessorMaxPollRPS=2000',
  // Timers, and so retries, are rounded up to a second else: a retry in 10 ms came after 1,000 ms, with this after 20.
  'history.timerProcessorMaxTimeShift="10ms"',
  // A history is deleted only after the server has noted how far its queues are, which it does twice a minute; and
  // a deletion that waits holds that note up for those after it. A purge took minutes, with this seconds.
  'history.transferProcessorUpdateAckInterval="1s"',
  'history.visibilityProcessorUpdateAckInterval="1s"',
  // Fairness keys of activities do nothing without both.
  'matching.useNewMatcher=true',
  'matching.enableFairness=true',
];

/**
 * Starts a Temporal development server on 127.0.0.1 and returns when its namespace answers and its search
 * attributes are there. It ends with this process, killed or not. Throws, with the server's last lines, when
 * it does not come up.
 */
export async function startTemporal(options: {
  /** A Temporal CLI, as `temporalBinary` finds it. */
  binary: string;
  /** The SQLite file that keeps its workflows between runs; without one they live in memory. */
  databaseFile?: string;
  port: number;
  /** The port of the web UI; no UI without one. */
  uiPort?: number;
  namespace: string;
  /** Types by name, as the CLI calls them: Keyword, Text, Int, Datetime, … */
  searchAttributes: Record<string, string>;
  log: (line: string) => void;
}): Promise<TemporalServer> {
  const { binary, databaseFile, port, uiPort, namespace, searchAttributes } = options;
  if (databaseFile !== undefined) await mkdir(dirname(databaseFile), { recursive: true });
  const child = await startChild({
    name: 'Temporal',
    command: binary,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port)],
      ...['--namespace', namespace, '--log-level', 'warn'],
      ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
      ...(databaseFile === undefined ? [] : ['--db-filename', databaseFile]),
      ...DYNAMIC_CONFIG.flatMap((value) => ['--dynamic-config-value', value]),
      ...Object.entries(searchAttributes).flatMap(([name, type]) => [
        '--search-attribute',
        `${name}=${type}`,
      ]),
    ],
    onLine: options.log,
  });
  const address = `127.0.0.1:${port}`;
  try {
    const names = Object.keys(searchAttributes);
    await untilReady(child, () => answers(address, namespace, names), { seconds: 120 });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    address,
    uiUrl: uiPort === undefined ? null : `http://127.0.0.1:${uiPort}`,
    pid: child.pid,
    ended: child.ended,
    stop: child.stop,
  };
}

async function answers(address: string, namespace: string, names: string[]): Promise<boolean> {
  const connection = await Connection.connect({
    address,
    connectTimeout: 1000,
    // Channels share a subchannel for each address, and with it the second that gRPC waits after a refusal.
    channelArgs: { 'grpc.use_local_subchannel_pool': 1 },
  });
  try {
    return await connection.withDeadline(Date.now() + 1000, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({
        namespace,
      });
      return names.every((name) => name in (customAttributes ?? {}));
    });
  } finally {
    await connection.close();
  }
}
