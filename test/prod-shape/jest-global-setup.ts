import { join } from 'node:path';
import { startTemporalOnPostgres } from '../../dev/temporal-on-postgres';
import { temporalServerPrograms } from '../../dev/temporal-server-programs';
import { quiet, report, startTestServers } from '../start-test-servers';

/** The tests' servers, with the Temporal server that production has, on the same PostgreSQL. */
async function startWithProductionServer(): Promise<void> {
  await startTestServers(async ({ postgresUrl, folder }) =>
    startTemporalOnPostgres({
      programs: await temporalServerPrograms({ env: process.env, report }),
      files: join(__dirname, '..', '..', 'deploy', 'temporal'),
      folder: join(folder, 'temporal'),
      databaseUrl: await postgresUrl,
      namespace: 'default',
      log: quiet,
    }),
  );
}

export = startWithProductionServer;
