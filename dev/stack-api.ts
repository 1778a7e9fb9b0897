import { join } from 'node:path';
import { startApiProcess } from '../api/api-process';
import { runsUrl } from '../observability/temporal-ui';
import { readApiSettings } from '../settings/api-settings';
import { TokenVault } from '../store/token-vault';
import { freePort } from './free-port';
import { signInRoute } from './sign-in';
import { LOOPBACK, metricsUrl, type StackPart, type StackWorld } from './stack-world';

/** Starts the stack's API, with the console and a sign-in. Returns when it answers. */
export async function startStackApi(world: StackWorld): Promise<StackPart> {
  const { sessionSecret, sandbox, log, now } = world;
  const settings = readApiSettings({
    ...world.apiEnv,
    METRICS_PORT: String(await freePort(9464)),
  });
  const { temporalUi } = settings;
  const vault = new TokenVault(settings.encryptionKeys);
  const api = await startApiProcess(settings, {
    log,
    now,
    host: LOOPBACK,
    checkReplies: true,
    consoleFolder: join(__dirname, '..', 'browser'),
    offersSignIn: true,
    runsUrl: temporalUi && runsUrl(temporalUi),
    moreRoutes: [signInRoute({ sessionSecret, vault, sandbox, now })],
  });
  return { metricsUrl: metricsUrl(api.metricsPort), stop: api.stop };
}
