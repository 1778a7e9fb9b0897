import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import { createLogger } from '../../observability/logger';
import { SellerSpec, startSandbox } from '../../sandbox/sandbox';
import { openDatabase } from '../../store/database';
import { audit } from './audit';

const Options = z.strictObject({
  sellers: z.array(SellerSpec),
  clockSpeed: z.number().positive(),
  /** Where the service's rows are, to compare. */
  databaseUrl: z.string(),
});

/**
 * The local Amazon as a process of its own. It alone knows what is true of its sellers, so it also compares the
 * service's rows with that: `GET ?user=…&seller=…` on the second of its two ports.
 */
async function main(): Promise<void> {
  const options = Options.parse(JSON.parse(process.argv[2] ?? ''));
  const log = createLogger('amazon', 'info');
  const { sellers, clockSpeed } = options;
  const sandbox = await startSandbox({ sellers, clockSpeed, realLifetimes: true });
  const db = openDatabase({
    url: options.databaseUrl,
    maxConnections: 4,
    connectTimeoutMs: 30_000,
    statementTimeoutMs: 60_000,
    applicationName: 'amazon-sync-audit',
  });
  const server = createServer(async (request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const seller = sandbox.sellers.find(({ sellerId }) => sellerId === query.get('seller'));
    try {
      if (seller === undefined) throw new Error('no such seller');
      response.end(JSON.stringify(await audit(db, query.get('user') ?? '', seller)));
    } catch (error) {
      response.statusCode = 503;
      response.end(JSON.stringify({ error: String(error) }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const auditPort = typeof address === 'object' ? address?.port : undefined;
  log.info({ port: Number(new URL(sandbox.url).port), auditPort }, 'Amazon is ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`, () => process.exit(1));
});
