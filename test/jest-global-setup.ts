import { freePort } from '../dev/free-port';
import { temporalBinary } from '../dev/temporal-binary';
import { startTemporal } from '../dev/temporal-server';
import { quiet, report, startTestServers } from './start-test-servers';

/** The tests' servers, with Temporal's development server, which is up in half a second. */
async function startWithDevServer(): Promise<void> {
  await startTestServers(async () =>
    startTemporal({
      binary: await temporalBinary({ env: process.env, report }),
      port: await freePort(0),
      namespace: 'default',
      searchAttributes: {},
      log: quiet,
    }),
  );
}

export = startWithDevServer;
