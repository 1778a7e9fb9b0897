import { parseArgs } from 'node:util';
import { describeStack, print, startEmbeddedStack, untilInterrupted } from './embedded-stack';

async function main(): Promise<void> {
  const { values: flags } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
  print('Starting Temporal, PostgreSQL, a local Amazon, the API and a worker …');
  const interrupted = untilInterrupted();
  const stack = await startEmbeddedStack({ dataDir: '.data/dev', fresh: flags.fresh });
  try {
    for (const line of describeStack(stack)) print(`  ${line}`);
    const seller = stack.sandbox.sellers[0]?.sellerId;
    print('Sign in and connect a seller:');
    print(
      `  curl -H 'content-type: application/json' -d '{"user":"me","seller":"${seller}"}' ${stack.apiUrl}/dev/sign-in`,
    );
    print('Ctrl-C ends it.');
    await interrupted;
  } finally {
    print('Stopping …');
    await stack.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
