import { randomUUID } from 'node:crypto';
import type { Activities } from '../../activities/create-activities';
import { amazonSyncStart } from '../../contract/amazon-sync-start';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { scheduledStartWorkflowId } from '../../contract/schedule-ids';
import { syncIdOf } from '../../contract/sync-id';
import { disconnectUser } from '../../store/disconnect-user';
import { scheduleDaily } from '../../store/sync-schedules';
import { connected } from '../unit/store/stored-things';
import { type TestDatabase, testDatabase } from '../unit/store/test-database';
import { final } from './fake-world';
import { BRISK, REFRESH_TOKEN, type RealWorld } from './real-activities';
import { historyOfEnded, type RecordRun, withWorkers } from './recorded-run';
import { reportOf, scriptedAmazon } from './scripted-amazon';
import type { Server } from './sync-runs';

const internalError = async () => {
  throw final('internal_error', 'Something went wrong on our side');
};

/** A user with a daily sync, as connecting through Amazon's page makes one. */
async function dailyUser(world: RealWorld): Promise<string> {
  const { userKey } = await world.connectedUser();
  await world.db.transaction().execute((trx) => scheduleDaily(trx, userKey, new Date()));
  return userKey;
}

const startDaily = ({ client }: Server, taskQueue: string, userKey: string) =>
  client.workflow.start('startScheduledSync', {
    workflowId: `${scheduledStartWorkflowId(taskQueue, userKey)}-${new Date().toISOString()}`,
    taskQueue,
    args: [{ userKey }],
  });

const secretsOf = (userKey: string) => [REFRESH_TOKEN, `seller-${userKey}`];

/** The sync goes on when what started it has ended. */
export const dailyStarted: RecordRun = async (server, world) => {
  const userKey = await dailyUser(world);
  const activities = world.activities({
    amazon: scriptedAmazon({}),
    now: Date.now,
    clockSpeed: BRISK,
  });
  const history = await withWorkers(server, activities, async (taskQueue) => {
    const ended = await historyOfEnded(await startDaily(server, taskQueue, userKey));
    await server.client.workflow.getHandle(amazonSyncWorkflowId(userKey)).result();
    return ended;
  });
  return { history, secrets: secretsOf(userKey) };
};

export const dailyRunning: RecordRun = async (server, world) => {
  const userKey = await dailyUser(world);
  const amazon = scriptedAmazon({ getReport: async (id) => reportOf(id, 'IN_PROGRESS') });
  const activities = world.activities({ amazon, now: Date.now });
  const history = await withWorkers(server, activities, async (taskQueue) => {
    const at = Date.now();
    const running = await server.client.workflow.start('amazonSync', {
      ...amazonSyncStart({
        syncId: syncIdOf(userKey, at),
        userKey,
        mode: 'auto',
        trigger: 'manual',
        startedAt: new Date(at).toISOString(),
      }),
      taskQueue,
    });
    const ended = await historyOfEnded(await startDaily(server, taskQueue, userKey));
    await running.terminate('not needed any more');
    return ended;
  });
  return { history, secrets: secretsOf(userKey) };
};

/** Nobody wants one. */
export const dailyOff: RecordRun = (server, world) => daily(server, world, {});

/** Nobody knows whether one is wanted. */
export const dailyFailed: RecordRun = (server, world) =>
  daily(server, world, { admitScheduledSync: internalError });

async function daily(server: Server, world: RealWorld, change: Partial<Activities>) {
  const { userKey } = await world.connectedUser();
  const activities = world.activities({ amazon: scriptedAmazon({}), now: Date.now });
  const history = await withWorkers(server, { ...activities, ...change }, async (taskQueue) =>
    historyOfEnded(await startDaily(server, taskQueue, userKey)),
  );
  return { history, secrets: secretsOf(userKey) };
}

/** On a database of its own, since it looks after everybody's. */
const maintenance =
  (
    prepare: (database: TestDatabase, userKey: string) => Promise<unknown>,
    change: Partial<Activities> = {},
  ): RecordRun =>
  async (server, world) => {
    const database = await testDatabase();
    try {
      const userKey = `user-${randomUUID()}`;
      await prepare(database, userKey);
      const db = database.scoped.worker;
      const activities = world.activities({ amazon: scriptedAmazon({}), now: Date.now, db });
      const history = await withWorkers(server, { ...activities, ...change }, async (taskQueue) =>
        historyOfEnded(
          await server.client.workflow.start('maintain', {
            workflowId: `${taskQueue}-maintenance`,
            taskQueue,
          }),
        ),
      );
      return { history, secrets: [userKey, 'A1SELLER'] };
    } finally {
      await database.drop();
    }
  };

/** A user has disconnected and wants everything deleted: in PostgreSQL, in Temporal, and the Schedule. */
async function purgedUser({ db }: TestDatabase, userKey: string): Promise<void> {
  await connected(db, userKey);
  await db.transaction().execute((trx) => scheduleDaily(trx, userKey, new Date()));
  await disconnectUser(db, { userKey, region: undefined, purge: true }, new Date());
}

export const maintenanceIdle = maintenance(async () => undefined);

export const maintenancePurge = maintenance(purgedUser);

export const maintenanceFailed = maintenance(purgedUser, { deletePurgedRows: internalError });
