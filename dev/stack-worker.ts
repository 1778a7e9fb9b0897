import { readWorkerSettings } from '../settings/worker-settings';
import { startWorkerProcess } from '../worker/worker-process';
import { freePort } from './free-port';
import { LOOPBACK, metricsUrl, type StackPart, type StackWorld } from './stack-world';

/** Starts the stack's worker. Returns when it asks for work. */
export async function startStackWorker(world: StackWorld): Promise<StackPart> {
  const { workflowBundle, log, now } = world;
  const settings = readWorkerSettings({
    ...world.workerEnv,
    METRICS_PORT: String(await freePort(9465)),
  });
  const worker = await startWorkerProcess(settings, {
    workflows: { bundle: { codePath: workflowBundle } },
    log,
    now,
    host: LOOPBACK,
  });
  return {
    metricsUrl: metricsUrl(worker.metricsPort),
    async stop() {
      worker.stop();
      await worker.done;
    },
  };
}
