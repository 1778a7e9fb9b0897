import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import * as allWorkflows from '../../workflows';
import { testServer } from '../test-servers';
import { alteredBundle } from './altered-bundle';
import { endOf, type HistoryJson, readHistory, textOf, toJson } from './histories';
import { openRealWorld, type RealWorld } from './real-activities';
import { RECORDED_RUNS } from './recorded-runs';
import { scriptedAmazon } from './scripted-amazon';
import { runSync } from './sync-runs';
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

const NAMES = Object.keys(RECORDED_RUNS);
const namesOf = (workflow: string) => NAMES.filter((name) => name.startsWith(`${workflow}/`));

test('there are recorded runs of every workflow', () => {
  const workflows = Object.keys(allWorkflows);
  expect([...new Set(NAMES.map((name) => name.split('/')[0]))].sort()).toEqual(workflows.sort());
});

test('there are recorded syncs of each version that is carried on', async () => {
  const texts = await Promise.all(
    namesOf('amazonSync').map(async (name) => JSON.stringify(await readHistory(name))),
  );
  const has = (text: string, step: string) => text.includes(`"${step}"`);
  const versions = texts.map((text) => [
    has(text, 'importClaims'),
    has(text, 'importAccountReport'),
  ]);
  // Before there were returns; before claims were one step; and now.
  for (const version of [
    [true, false],
    [true, true],
    [false, true],
  ]) {
    expect(versions).toContainEqual(version);
  }
});

test.each(NAMES)('%s of an earlier version goes on in this one', async (name) => {
  const history = await readHistory(name);
  expect(endOf(history)).toBe(RECORDED_RUNS[name]?.ends);
  await replay(history);
});

test('a history that the workflow cannot follow is noticed', async () => {
  const text = JSON.stringify(await readHistory('amazonSync/complete'));
  const other: HistoryJson = JSON.parse(text.replaceAll('"prepareSync"', '"prepareAll"'));
  await expect(replay(other)).rejects.toThrow(DeterminismViolationError);
});

test('a sync that workers of before there were returns carry on, and newer ones plan, can go on in either', async () => {
  const { userKey } = await world.connectedUser();
  const activities = world.activities({ amazon: scriptedAmazon({}), now: Date.now });
  // The workflow of then: it did not say what it can do, and did not look for it in the plan.
  const bundle = await alteredBundle(
    'const { prepareSync } = ',
    `const prepareSync = ({ accountReports: _, ...input }) =>
       steps.prepareSync(input).then(({ later: _, ...plan }) => plan);
     const steps = `,
  );
  const sync = await runSync(server, activities, { userKey, bundle });
  expect(Object.keys(sync.state?.resources ?? {})).toEqual(['orders', 'inventory', 'claims']);
  await replay(toJson(sync.history));
});

/** What tells of a seller, a receiver or a person, whoever it is. */
const PERSONAL = [/seller-/, /Atz[ar]\|/, /whsec_/, /https?:/, /[\w.+-]+@[\w-]+\.[a-z]{2,}/i];

function expectNothingPersonal(history: HistoryJson): void {
  const text = textOf(history);
  // The payloads are read, else nothing would be found.
  expect(text).toMatch(/"(kind|deliveryId|marketplaceIds|userKey)":|findDueMaintenance/);
  for (const pattern of PERSONAL) expect(text).not.toMatch(pattern);
}

test.each(NAMES)(
  'the recorded history of %s holds nothing personal and no secret',
  async (name) => {
    expectNothingPersonal(await readHistory(name));
  },
);

/** What is in the others is in these as well. */
const NEW = [
  'amazonSync/complete',
  'amazonSync/incremental',
  'amazonSync/learned',
  'amazonSync/partial',
  'amazonSync/failed',
  'amazonSync/cancelled',
  'startScheduledSync/started',
  'deliverWebhook/delivered-later',
  'deliverWebhook/given-up',
  'maintain/purge',
];

test.each(NEW)('a new history of %s holds no token, no seller and no row', async (name) => {
  const run = await RECORDED_RUNS[name]?.record(server, world);
  if (run === undefined) throw new Error(`${name} is not recorded`);
  const history = toJson(run.history);
  expectNothingPersonal(history);
  const text = textOf(history);
  expect(run.secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

/** Changes as a deployment might bring them, and which runs begun before cannot be carried on after each. */
const CHANGES: [what: string, text: string, replacement: string, runs: string[]][] = [
  [
    'a sync begins with another step',
    'const { prepareSync } = ',
    'const { recordSyncOutcome: prepareSync } = ',
    namesOf('amazonSync'),
  ],
  [
    'a sync ends with another step',
    'const { recordSyncOutcome } = ',
    'const { prepareSync: recordSyncOutcome } = ',
    namesOf('amazonSync').filter((name) => !/terminated|timed-out/.test(name)),
  ],
  [
    'a daily start asks another question',
    'const { admitScheduledSync } = ',
    'const { findDueMaintenance: admitScheduledSync } = ',
    namesOf('startScheduledSync'),
  ],
  [
    'a daily start starts nothing',
    "if (admission.kind !== 'admitted')",
    'if (admission.kind)',
    ['startScheduledSync/started', 'startScheduledSync/running'],
  ],
  [
    'a delivery is sent by another step',
    'const { postWebhook } = ',
    'const { giveUpWebhook: postWebhook } = ',
    namesOf('deliverWebhook'),
  ],
  [
    'a delivery is given up by another step',
    'const { giveUpWebhook } = ',
    'const { postWebhook: giveUpWebhook } = ',
    ['deliverWebhook/given-up'],
  ],
  [
    'maintenance looks elsewhere for what is due',
    'activities.findDueMaintenance()',
    'activities.recordLostEnds()',
    namesOf('maintain'),
  ],
  [
    'maintenance leaves steps out',
    'due.map(',
    'due.slice(1).map(',
    ['maintain/purge', 'maintain/failed'],
  ],
];

test.each(CHANGES)(
  'code in which %s cannot carry on what the older began',
  async (_, text, replacement, runs) => {
    const other = await alteredBundle(text, replacement);
    expect(runs).not.toEqual([]);
    for (const name of runs) {
      const replayed = replay(await readHistory(name), other);
      expect([name, await replayed.catch((error: unknown) => error)]).toEqual([
        name,
        expect.any(DeterminismViolationError),
      ]);
    }
  },
);

function replay(
  history: HistoryJson,
  workflowBundle: WorkflowBundleOption = { codePath: testServer('TEST_WORKFLOW_BUNDLE') },
): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle }, history);
}
