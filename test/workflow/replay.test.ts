import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { testServer } from '../test-servers';
import { alteredBundle } from './altered-bundle';
import { ENDINGS, type HistoryJson, readHistory, textOf, toJson } from './histories';
import { openRealWorld, REFRESH_TOKEN, type RealWorld } from './real-activities';
import { RECORDED_SYNCS } from './recorded-syncs';
import { ROW_TEXTS } from './scripted-amazon';
import { realServer } from './temporal-servers';

let server: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([realServer(), openRealWorld()]);
});
afterAll(async () => {
  await server?.teardown();
  await world?.close();
});

test.each(ENDINGS)('a %s sync of an earlier version goes on in this one', async (ending) => {
  await replay(await readHistory(ending));
});

test('a history that the workflow cannot follow is noticed', async () => {
  const text = JSON.stringify(await readHistory('complete'));
  const other: HistoryJson = JSON.parse(text.replaceAll('"prepareSync"', '"prepareAll"'));
  await expect(replay(other)).rejects.toThrow(DeterminismViolationError);
});

test.each(ENDINGS)(
  'the history of a %s sync holds no token, no seller and no row',
  async (ending) => {
    const sync = await RECORDED_SYNCS[ending](server, world);
    const secrets = [REFRESH_TOKEN, `seller-${sync.input.userKey}`, ...ROW_TEXTS];
    const history = textOf(toJson(sync.history));
    const recorded = textOf(await readHistory(ending));
    for (const text of [history, recorded]) {
      expect(text).toContain('ATVPDKIKX0DER'); // the payloads are read, else nothing would be found
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
      expect(text).not.toMatch(/seller-|Atz[ar]\|/);
    }
  },
);

test.each(ENDINGS)('code with other steps cannot carry on a %s sync', async (ending) => {
  const other = await alteredBundle(
    'const { prepareSync } = ',
    'const { recordSyncOutcome: prepareSync } = ',
  );
  const history = await readHistory(ending);
  await expect(replay(history, other)).rejects.toThrow(DeterminismViolationError);
});

function replay(
  history: HistoryJson,
  workflowBundle: WorkflowBundleOption = { codePath: testServer('TEST_WORKFLOW_BUNDLE') },
): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle }, history);
}
