import { startTcpProxy, type TcpProxy } from '../tcp-proxy';
import { LINES } from './processes';

/** The network between the processes, and lines of our own to the servers, which nobody cuts. */
export interface Lines {
  /** By its name; throws when there is none of that name. */
  line(name: string): TcpProxy;
  own: Record<'temporal' | 'postgres' | 'amazon', TcpProxy>;
  /** A server has come up on another port. */
  aim(server: string, port: number): void;
  close(): Promise<void>;
}

export async function openLines(): Promise<Lines> {
  const lines = new Map<string, TcpProxy>();
  // They are aimed when their servers are up; until then nobody answers.
  const open = () => startTcpProxy('127.0.0.1', 1);
  for (const name of LINES) lines.set(name, await open());
  const own = { temporal: await open(), postgres: await open(), amazon: await open() };
  return {
    line(name) {
      const line = lines.get(name);
      if (line === undefined) throw new Error(`There is no line "${name}"`);
      return line;
    },
    own,
    aim(server, port) {
      for (const [name, line] of [...lines, ...Object.entries(own)]) {
        if (name === server || name.endsWith(` to ${server}`)) line.aim(port);
      }
    },
    async close() {
      for (const line of [...lines.values(), ...Object.values(own)]) await line.close();
    },
  };
}
