/** What runs as a process of its own. The first word says what of. */
export const PROCESSES = [
  'api-1',
  'api-2',
  'worker-1',
  'worker-2',
  'worker-3',
  'temporal',
  'postgres',
  'amazon',
] as const;
export type ProcessName = (typeof PROCESSES)[number];

export const APIS = ['api-1', 'api-2'] as const satisfies readonly ProcessName[];
export const WORKERS = [
  'worker-1',
  'worker-2',
  'worker-3',
] as const satisfies readonly ProcessName[];

const CLIENTS = [...APIS, ...WORKERS] as const;
const SERVERS = ['temporal', 'postgres'] as const;

/** Lines of the network: each process has its own to Temporal and to PostgreSQL; the workers share one to Amazon. */
export type LineName =
  | `${(typeof CLIENTS)[number]} to ${(typeof SERVERS)[number]}`
  | 'workers to amazon';

export const LINES: readonly LineName[] = [
  ...CLIENTS.flatMap((client) => SERVERS.map((server) => `${client} to ${server}` as const)),
  'workers to amazon',
];
