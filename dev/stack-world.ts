import type { Logger } from '../observability/logger';
import type { Sandbox } from '../sandbox/sandbox';

/** What the stack's API and worker are started with. It stays when their code is exchanged. */
export interface StackWorld {
  apiEnv: Record<string, string>;
  workerEnv: Record<string, string>;
  /** Of the owner of the tables, for migrations. */
  ownerUrl: string;
  sessionSecret: string;
  sandbox: Sandbox;
  /** The file with the bundled workflows. */
  workflowBundle: string;
  log: Logger;
  /** Epoch ms. */
  now: () => number;
}

/** An API or a worker that runs. */
export interface StackPart {
  metricsUrl: string;
  /** Takes nothing new, lets end what runs, and resolves when that is done. */
  stop(): Promise<void>;
}

/** Anybody who reaches this stack can sign in as anybody. */
export const LOOPBACK = '127.0.0.1';

export function metricsUrl(port: number | undefined): string {
  return `http://${LOOPBACK}:${port}/metrics`;
}
