import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'older-frontend');

export interface FrontendServer {
  /** Its origin, which is another than the API's. */
  origin: string;
  /** Tells its pages where the API is. */
  useApi(url: string): void;
  close(): void;
}

/** Serves the older frontend: one page for all its addresses. */
export async function startOlderFrontend(): Promise<FrontendServer> {
  let api = '';
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/config.js') {
      response.setHeader('content-type', 'text/javascript');
      response.end(`window.API = ${JSON.stringify(api)};`);
    } else if (pathname === '/app.js') {
      response.setHeader('content-type', 'text/javascript');
      response.end(await readFile(join(FOLDER, 'app.js')));
    } else if (pathname === '/favicon.ico') {
      response.statusCode = 204;
      response.end();
    } else {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(await readFile(join(FOLDER, 'index.html')));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    useApi(url) {
      api = url;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
