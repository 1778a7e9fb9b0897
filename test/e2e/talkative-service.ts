import { join } from 'node:path';
import { type Child, startChild, untilReady } from '../../dev/child-process';
import { freePort } from '../../dev/free-port';
import { startTestStack, type TestStack, type TestStackOptions } from './test-stack';

/** API and worker as production runs them, at their most talkative, with all that they print and answer. */
export interface TalkativeService {
  stack: TestStack;
  apiUrl: string;
  /** What any of its processes has printed, on either stream. */
  logs: string[];
  /** Status, headers and body of each answer of the API to this process. */
  answers: string[];
  /** One more of its processes, with settings of its own. */
  spawn(entry: 'api' | 'worker', env: Record<string, string>): Promise<Child>;
  stop(): Promise<void>;
}

/** Takes the place of `fetch` until it is stopped, to see what the API answers. */
export async function startTalkativeService(options: TestStackOptions): Promise<TalkativeService> {
  const env = { ...options.env, LOG_LEVEL: 'trace' };
  const stack = await startTestStack({ ...options, env });
  const { logs } = stack;
  const answers: string[] = [];
  const children: Child[] = [];
  const plainFetch = globalThis.fetch;
  const stop = async () => {
    globalThis.fetch = plainFetch;
    await Promise.all(children.map((child) => child.stop()));
    await stack.stop();
  };
  const spawn: TalkativeService['spawn'] = async (entry, more) => {
    const child = await startChild({
      name: entry,
      command: process.execPath,
      args: [join(__dirname, '..', '..', 'dist', entry, 'main.js')],
      env: { PATH: process.env.PATH, ...(entry === 'api' ? stack.apiEnv : stack.env), ...more },
      onLine: (line) => logs.push(line),
    });
    children.push(child);
    return child;
  };
  const port = await freePort(0);
  const apiUrl = `http://127.0.0.1:${port}`;
  try {
    const api = await spawn('api', { PORT: String(port), PUBLIC_URL: apiUrl });
    await untilReady(api, async () => (await fetch(`${apiUrl}/readyz`)).ok, { seconds: 60 });
    await spawn('worker', {});
  } catch (error) {
    await stop();
    throw error;
  }
  globalThis.fetch = async (input, init) => {
    const response = await plainFetch(input, init);
    if (String(input).startsWith(apiUrl)) {
      const headers = JSON.stringify([...response.headers]);
      answers.push(`${response.status} ${headers} ${await response.clone().text()}`);
    }
    return response;
  };
  return { stack, apiUrl, logs, answers, spawn, stop };
}
