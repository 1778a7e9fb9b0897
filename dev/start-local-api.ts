import { type ApiProcess, type ApiProcessOptions, startApiProcess } from '../api/api-process';
import { readApiSettings } from '../settings/api-settings';
import { errorCode } from './error-code';
import { freePort } from './free-port';

/** Ports are found free and not held: somebody else can be faster. */
const PORTS_TRIED = 5;

/**
 * Starts the API where browsers find it: its public URL has its port, which must be known before it listens. Notes
 * the URL in `env`. What `given` sets stays; an API that serves its own console is its own frontend.
 */
export async function startLocalApi(
  env: Record<string, string>,
  given: Record<string, string> | undefined,
  options: ApiProcessOptions,
): Promise<ApiProcess> {
  for (let tried = 1; ; tried += 1) {
    const port = await freePort(0);
    const url = `http://127.0.0.1:${port}`;
    env.PUBLIC_URL = given?.PUBLIC_URL ?? url;
    if (options.consoleFolder !== undefined) env.FRONTEND_URL = given?.FRONTEND_URL ?? url;
    const settings = readApiSettings({ ...env, ...given, PORT: given?.PORT ?? String(port) });
    try {
      return await startApiProcess(settings, options);
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE' || tried === PORTS_TRIED) throw error;
    }
  }
}
