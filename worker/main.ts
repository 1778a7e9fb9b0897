import { join } from 'node:path';
import { createLogger } from '../observability/logger';
import { readWorkerSettings } from '../settings/worker-settings';
import { installRuntime, startWorkerProcess } from './worker-process';

async function main(): Promise<void> {
  const settings = readWorkerSettings(process.env);
  const log = createLogger('worker', settings.logLevel, { temporalUi: settings.temporalUi });
  const { sdkMetricsPort } = settings;
  installRuntime(log, sdkMetricsPort === undefined ? undefined : `0.0.0.0:${sdkMetricsPort}`);
  const worker = await startWorkerProcess(settings, {
    workflows: { bundle: { codePath: join(__dirname, '..', 'workflow-bundle.js') } },
    log,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'worker is draining');
      worker.stop();
    });
  }
  log.info({ metricsPort: worker.metricsPort, sdkMetricsPort }, 'worker is ready');
  await worker.done;
  log.info('worker has stopped');
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  // What the native side still holds after a worker failed would keep a process alive that does nothing.
  process.stderr.write(`${message}\n`, () => process.exit(1));
});
