import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fail, print, startEmbeddedStack } from './embedded-stack';
import { signIn } from './sync-client';
import { type CheckTarget, syncEndpointChecks } from './sync-endpoint-checks';

const USAGE = `Checks the sync endpoint over HTTP, as a frontend sees it.

  npm run test:sync-endpoint                                starts a stack of its own
  npm run test:sync-endpoint -- --base-url URL --cookie 'session_token=…'
                                                            checks a running one: the session's user must be
                                                            connected to Amazon and have no sync running`;

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      'base-url': { type: 'string' },
      cookie: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { 'base-url': baseUrl, cookie } = flags;
  if (flags.help || (baseUrl === undefined) !== (cookie === undefined)) {
    print(USAGE);
    process.exitCode = flags.help ? 0 : 2;
    return;
  }
  const passed =
    baseUrl !== undefined && cookie !== undefined
      ? await runChecks({ baseUrl, cookie })
      : await checkOwnStack();
  process.exitCode = passed ? 0 : 1;
}

async function checkOwnStack(): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), 'amazon-sync-check-'));
  const stack = await startEmbeddedStack({ dataDir, fresh: false });
  try {
    return await runChecks({
      baseUrl: stack.apiUrl,
      cookie: await signIn(stack.apiUrl, 'checked', stack.sandbox.sellers[0]?.sellerId),
      unconnectedCookie: await signIn(stack.apiUrl, 'unconnected'),
    });
  } finally {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function runChecks(target: CheckTarget): Promise<boolean> {
  let passed = 0;
  let failed = 0;
  for (const { name, run } of syncEndpointChecks(target)) {
    try {
      await run();
      passed += 1;
      print(`pass  ${name}`);
    } catch (error) {
      failed += 1;
      print(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  print(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

main().catch(fail);
