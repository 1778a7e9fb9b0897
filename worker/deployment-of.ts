import type { WorkerDeploymentOptions } from '@temporalio/worker';

/** Which version of the service a worker runs. */
export interface WorkerVersion {
  deploymentName: string;
  buildId: string;
}

/**
 * The part of a worker's options that makes it one of a version, where it is told which; without one it takes tasks of
 * any. Each workflow says itself whether it stays with the version it began with.
 */
export function deploymentOf(version: WorkerVersion | undefined): {
  workerDeploymentOptions?: WorkerDeploymentOptions;
} {
  if (version === undefined) return {};
  return {
    workerDeploymentOptions: {
      version,
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}
