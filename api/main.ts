import { join } from 'node:path';
import { createLogger } from '../observability/logger';
import { readApiSettings } from '../settings/api-settings';
import { startApiProcess } from './api-process';

async function main(): Promise<void> {
  const settings = readApiSettings(process.env);
  const log = createLogger('api', settings.logLevel, { temporalUi: settings.temporalUi });
  const api = await startApiProcess(settings, {
    log,
    consoleFolder: join(__dirname, '..', 'browser'),
  });
  log.info({ port: api.port, metricsPort: api.metricsPort }, 'API is ready');
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.info({ signal }, 'API is draining');
        resolve(api.stop());
      });
    }
  });
  await stopped;
  log.info('API has stopped');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
