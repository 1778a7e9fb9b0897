import { join } from 'node:path';
import { type Child, startChild, untilReady } from '../dev/child-process';
import { freePort } from '../dev/free-port';
import type { LocalServers, LocalService, LocalUser } from '../dev/local-service';
import { startLocalService } from '../dev/local-service';
import { createSyncClient, type SyncClient } from '../dev/sync-client';
import type { SandboxOptions, SellerSpec } from '../sandbox/sandbox';
import type { SandboxSeller } from '../sandbox/sandbox-seller';

/** The service as production runs it, each part in a process of its own, with users to act as. */
export interface BenchWorld {
  service: LocalService;
  apiUrl: string;
  apiPid: number;
  /** A task queue that no worker polls: what is started there stays as it was started. */
  idleQueue: string;
  /** Signs new users in; connected to the seller, if one is given. */
  users(count: number, seller?: SandboxSeller): Promise<BenchUser[]>;
  user(seller: SandboxSeller): Promise<BenchUser>;
  /** A seller that differs from every other one. */
  newSeller(spec: Omit<GeneratedSeller, 'kind' | 'seed'>): Promise<SandboxSeller>;
  stop(): Promise<void>;
}

type GeneratedSeller = Extract<SellerSpec, { kind: 'generated' }>;

export interface BenchUser extends LocalUser {
  /** A client of the API in its own process. */
  client: SyncClient;
}

export type WorldOptions = Pick<
  Partial<SandboxOptions>,
  'clockSpeed' | 'reportSeconds' | 'regenerationSeconds'
>;

/** A hurried Amazon, of whose plans nobody's few requests have to wait. A report takes a second of ours. */
export const HURRIED: WorldOptions = {
  clockSpeed: 60,
  reportSeconds: { min: 60, max: 60 },
  regenerationSeconds: 0,
};

/** Amazon takes an hour for a report, so that syncs run for as long as they are measured. */
export const SLOW_REPORTS: WorldOptions = { reportSeconds: { min: 3_600, max: 3_600 } };

/** At a clock speed of 1, a report after one second: what is measured is us and the servers, not the wait. */
const SANDBOX = { clockSpeed: 1, reportSeconds: { min: 1, max: 1 } };

/** As in production: what is logged at each request is part of the price, what only developers read is not. */
const ENV = {
  LOG_LEVEL: 'info',
  // One machine acts as all users, most of them of one seller.
  MAX_SYNCS: '100000',
  MAX_SYNCS_PER_SELLER: '100000',
  MAX_STREAMS_PER_USER: '20000',
};

export async function startBenchWorld(
  servers: LocalServers,
  name: string,
  options: WorldOptions,
  onLine: (line: string) => void,
): Promise<BenchWorld> {
  const service = await startLocalService({
    servers,
    name,
    sandbox: { sellers: [], ...SANDBOX, ...options },
    env: ENV,
    onLine,
  });
  try {
    const port = await freePort(0);
    const apiUrl = `http://127.0.0.1:${port}`;
    const api = await startApi(service.apiEnv, apiUrl, port, onLine);
    let sellers = 0;
    const user = async (seller?: SandboxSeller): Promise<BenchUser> => {
      const signedIn = await service.user(seller);
      return { ...signedIn, client: createSyncClient(apiUrl, signedIn.cookie) };
    };
    return {
      service,
      apiUrl,
      apiPid: api.pid,
      idleQueue: `${name}_idle`,
      user,
      async users(count, seller) {
        const users: BenchUser[] = [];
        for (let index = 0; index < count; index += 1) users.push(await user(seller));
        return users;
      },
      newSeller(spec) {
        sellers += 1;
        return service.sandbox.addSeller({ kind: 'generated', seed: sellers, ...spec });
      },
      async stop() {
        await api.stop();
        await service.stop();
      },
    };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

async function startApi(
  env: Record<string, string>,
  url: string,
  port: number,
  onLine: (line: string) => void,
): Promise<Child> {
  const api = await startChild({
    name: 'API',
    command: process.execPath,
    args: [join(__dirname, '..', 'api', 'main.js')],
    env: { PATH: process.env.PATH, ...env, PUBLIC_URL: url, PORT: String(port) },
    onLine,
  });
  const answers = async () => (await fetch(`${url}/readyz`)).ok;
  await untilReady(api, answers, { seconds: 30 });
  return api;
}
