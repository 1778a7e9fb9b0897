import { startTcpProxy, type TcpProxy } from '../tcp-proxy';
import { testServer } from '../test-servers';
import { startTestStack, type TestStack } from './test-stack';

/** A stack whose lines to its servers can be cut and frozen. */
export interface StackOnLines {
  stack: TestStack;
  temporalLine: TcpProxy;
  databaseLine: TcpProxy;
  stop(): Promise<void>;
}

export async function startStackOnLines(): Promise<StackOnLines> {
  const [host = '', port] = testServer('TEST_TEMPORAL_ADDRESS').split(':');
  const temporalLine = await startTcpProxy(host, Number(port));
  const database = new URL(testServer('TEST_DATABASE_URL'));
  const databaseLine = await startTcpProxy(database.hostname, Number(database.port));
  const stack = await startTestStack({
    temporalAddress: `127.0.0.1:${temporalLine.port}`,
    databaseUrl: (url) => {
      const proxied = new URL(url);
      proxied.port = String(databaseLine.port);
      return proxied.href;
    },
  });
  return {
    stack,
    temporalLine,
    databaseLine,
    async stop() {
      await stack.stop();
      await temporalLine.close();
      await databaseLine.close();
    },
  };
}
