import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { createLogger } from '../observability/logger';
import { installRuntime } from '../worker/worker-process';
import { fail, print } from './embedded-stack';

const USAGE = `Runs the workflows of this checkout over what Temporal has recorded, and says whether they can follow.

  temporal workflow show --workflow-id amazon-sync-user123 --output json > history.json
  npm run replay -- history.json

Run it under a debugger to stop in workflow code: "Replay a history" in .vscode/launch.json does.`;

async function main(): Promise<void> {
  const files = process.argv.slice(2);
  if (files.length === 0 || files.includes('--help')) {
    print(USAGE);
    process.exitCode = files.length === 0 ? 2 : 0;
    return;
  }
  // What the SDK has to say of a replay is in the error.
  installRuntime(createLogger('replay', 'silent'));
  const workflowBundle = { codePath: join(__dirname, '..', 'workflow-bundle.js') };
  for (const file of files) {
    const history = await readHistory(file);
    try {
      await Worker.runReplayHistory({ workflowBundle }, history);
      print(`${file}: this code follows all ${history.events?.length} events`);
    } catch (error) {
      if (!(error instanceof DeterminismViolationError)) throw error;
      print(`${file}: this code cannot carry it on. ${reasonOf(error)}`);
      process.exitCode = 1;
    }
  }
}

/** The SDK's own word for it, such as "[TMPRL1100] Nondeterminism error: Activity type of …", out of all it wraps it in. */
function reasonOf({ message }: Error): string {
  return /\[TMPRL\d+\] [^"]+/.exec(message)?.[0] ?? message;
}

async function readHistory(file: string) {
  const text = await readFile(file, 'utf8');
  try {
    const history = historyFromJSON(JSON.parse(text));
    if (history.events?.length) return history;
  } catch {
    // Said below, with what to do.
  }
  throw new Error(`${file} is no history. Write one with: temporal workflow show … --output json`);
}

main().catch(fail);
