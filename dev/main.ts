import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeStack, fail, print, startEmbeddedStack, untilInterrupted } from './embedded-stack';
import { restartChanged } from './restart-changed';

/** As the command in package.json has it, whose build fills it; `--fresh` leaves it. */
const WORKFLOW_CACHE = '.data/workflow-cache';

async function main(): Promise<void> {
  const { values: flags } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
  print('Starting Temporal, PostgreSQL, a local Amazon, the API and a worker …');
  const interrupted = untilInterrupted();
  const stack = await startEmbeddedStack({ dataDir: '.data/dev', fresh: flags.fresh });
  try {
    for (const line of describeStack(stack)) print(`  ${line}`);
    const signIn = JSON.stringify({ user: 'me', seller: stack.sandbox.sellers[0]?.sellerId });
    print('\nSign in, which also connects a seller, and sync:');
    print(
      `  curl -c cookies.txt -H 'content-type: application/json' -d '${signIn}' ${stack.apiUrl}/dev/sign-in`,
    );
    print(`  curl -b cookies.txt -X POST ${stack.apiUrl}/api/v1/integrations/amazon/sync`);
    print(`  curl -b cookies.txt ${stack.apiUrl}/api/sync/status`);
    const restarting = await restartChanged({
      root: join(__dirname, '..', '..'),
      services: stack.services,
      cacheFolder: resolve(WORKFLOW_CACHE),
      say: print,
    });
    print(
      'What is saved of the source is compiled, and what is made of it restarted. Ctrl-C ends it.',
    );
    await interrupted;
    await restarting.stop();
  } finally {
    print('Stopping …');
    await stack.stop();
  }
}

main().catch(fail);
