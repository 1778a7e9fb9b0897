import { createServer, type Server } from 'node:http';
import type Koa from 'koa';

const servers: Server[] = [];

/** Serves an app on a free port of this machine until the test file ends. Returns its base URL. */
export async function serve(app: Pick<Koa, 'callback'>): Promise<string> {
  const server = createServer(app.callback());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Ends what {@link serve} started. */
export async function stopServing(): Promise<void> {
  for (const server of servers.splice(0)) {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}
