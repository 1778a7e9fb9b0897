import { randomInt } from 'node:crypto';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { freePort } from './free-port';

const Store = z.looseObject({ sql: z.looseObject({ user: z.string() }) });
const Service = z.looseObject({
  rpc: z.looseObject({
    grpcPort: z.number(),
    membershipPort: z.number(),
    httpPort: z.number().optional(),
    bindOnIP: z.string(),
  }),
});
const Config = z.looseObject({
  log: z.looseObject({ level: z.string() }),
  persistence: z.looseObject({ datastores: z.record(z.string(), Store) }),
  services: z.record(z.string(), Service),
  clusterMetadata: z.looseObject({
    clusterInformation: z.record(
      z.string(),
      z.looseObject({ rpcAddress: z.string(), httpAddress: z.string() }),
    ),
  }),
});

/** Without this line the server does not fill in what comes from its environment. */
const FILLED_IN = '# enable-template\n';

/**
 * The configuration of the Temporal server in production, at free ports of 127.0.0.1 and for another user of PostgreSQL.
 * `address` is that of its front end.
 */
export async function temporalConfig(
  text: string,
  user: string,
): Promise<{ text: string; address: string }> {
  const config = Config.parse(parse(text));
  config.log.level = 'warn';
  for (const { sql } of Object.values(config.persistence.datastores)) sql.user = user;
  const taken = new Set<number>();
  for (const { rpc } of Object.values(config.services)) {
    rpc.bindOnIP = '127.0.0.1';
    rpc.grpcPort = await portFor(taken);
    rpc.membershipPort = await portFor(taken);
    if (rpc.httpPort !== undefined) rpc.httpPort = await portFor(taken);
  }
  const frontend = Service.parse(config.services.frontend).rpc;
  const address = `127.0.0.1:${frontend.grpcPort}`;
  for (const cluster of Object.values(config.clusterMetadata.clusterInformation)) {
    cluster.rpcAddress = address;
    cluster.httpAddress = `127.0.0.1:${frontend.httpPort}`;
  }
  return { text: FILLED_IN + stringify(config, { lineWidth: 0 }), address };
}

/**
 * Below those that systems give to outgoing connections (from 32768 on, or higher): the server takes its nine some
 * seconds later, and busy neighbours would by then have one of them now and again.
 */
async function portFor(taken: Set<number>): Promise<number> {
  for (;;) {
    const port = await freePort(randomInt(10_000, 32_000));
    if (taken.has(port)) continue;
    taken.add(port);
    return port;
  }
}
