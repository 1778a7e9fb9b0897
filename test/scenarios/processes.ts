import { sql, type Transaction } from 'kysely';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import type { LocalUser } from '../../dev/local-service';
import type { Fault } from '../../sandbox/faults';
import type { Tables } from '../../store/tables';
import { expectMatch, expectThat } from './expect-match';
import { HOUR, MINUTE, type Scenario, SMALL_SELLER } from './scenario';
import { expectComplete, type ScenarioWorld } from './scenario-world';

export const PROCESSES: Scenario[] = [
  {
    name: 'worker killed in each phase',
    given: {
      // A seller for each phase, each held where its name says, so that one kill hits all six.
      sellers: [11, 12, 13, 14, 15, 16].map((seed) => ({ ...SMALL_SELLER, seed })),
      workers: 0,
      // A document's URL is good for five minutes: 5 s here, in which a busy machine begins with any of 78 reports.
      clockSpeed: 60,
      limitSeconds: 900,
    },
    async run(world) {
      const { service } = world;
      const sellers = world.sellers(6);
      const users: LocalUser[] = [];
      for (const seller of sellers) users.push(await service.user(seller));
      const [preparing, requesting, waiting, importing, scanning, recording] = sellers.map(
        ({ sellerId }) => sellerId,
      );
      const hang = { kind: 'hang' } as const;
      const slow = { kind: 'slow', millisecondsPerPiece: 200 } as const;
      const faults: Fault[] = [
        { operation: 'createReport', sellerId: requesting, effect: hang },
        { operation: 'getReport', sellerId: waiting, effect: hang },
        { operation: 'download', sellerId: importing, effect: slow },
        { operation: 'getInventorySummaries', sellerId: scanning, effect: hang },
      ];
      const holds = faults.map((fault) => world.fault(fault));
      const worker = await service.spawnWorker();
      const syncIds: string[] = [];
      const [first] = users;
      const last = users.at(-1);
      if (first === undefined || last === undefined) return;
      await hadASync(world, first);
      // The first and the last are held by rows that somebody else has locked.
      await service.db.transaction().execute(async (locked) => {
        await lockCurrentSync(locked, first);
        for (const user of users) syncIds.push(await world.start('auto', user));
        await lockSync(locked, syncIds.at(-1) ?? '');
        expectThat(preparing !== undefined && recording !== undefined, 'six sellers');
        await world.until('the phases between', () => holds.every((hold) => hold.hits() > 0));
        await world.until('two that wait for a lock', async () => {
          const { rows } = await sql<{ count: string }>`
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'
              and application_name = 'amazon-sync-worker'`.execute(service.db);
          return Number(rows[0]?.count) >= 2;
        });
        process.kill(worker.pid, 'SIGKILL');
        await worker.ended;
      });
      await service.spawnWorker();
      const ended = await Promise.all(
        users.map(async (user, index) => world.ended(syncIds[index] ?? '', user)),
      );
      for (const [index, status] of ended.entries()) {
        expectComplete(status);
        const seller = sellers[index];
        if (seller !== undefined) await world.expectRows({ sellers: [seller], user: users[index] });
      }
    },
  },
  {
    name: 'superseded run still writing',
    async run(world) {
      const { service, user } = world;
      const handle = service.temporal.workflow.getHandle(amazonSyncWorkflowId(user.userId));
      // The first run's activity either writes once more, and is fenced off, or has learned from its heartbeat that
      // it is over, or was done: which it is, is a matter of milliseconds. So it is tried until it writes.
      const isFenced = async (tries = 1): Promise<boolean> => {
        const slow = world.fault({
          operation: 'download',
          times: null,
          effect: { kind: 'slow', millisecondsPerPiece: 400 },
        });
        const first = await world.start('full');
        await world.until('a download', () => slow.hits() > 0);
        const { runId } = await handle.describe();
        await handle.terminate('a scenario');
        slow.remove();
        const second = await world.start();
        expectThat(second !== first, 'another sync id');
        expectComplete(await world.ended(second));
        expectMatch(await world.status(first), { status: 'failed' }, 'status of the first');
        await world.expectRows();
        return (
          world.logs.some((line) => line.includes(runId) && line.includes('superseded')) ||
          (tries < 10 && isFenced(tries + 1))
        );
      };
      expectThat(await isFenced(), 'a write of a superseded run to be fenced off');
    },
  },
  {
    name: 'clock skew of the worker by five minutes',
    given: { workers: 0, amazon: { regenerationSeconds: 0 } },
    async run(world) {
      for (const skewMs of [5 * MINUTE, -5 * MINUTE]) {
        const worker = await world.service.startWorker({ skewMs });
        await world.completeSync();
        await world.expectRows();
        world.change(
          { kind: 'add_orders', count: 4, at: world.calendar.now() - 10 * MINUTE },
          { kind: 'update_orders', count: 4, at: world.calendar.now() - 10 * MINUTE },
          { kind: 'add_claims', count: 2, at: world.calendar.now() - 10 * MINUTE },
          { kind: 'change_stock', count: 4 },
        );
        await world.later(2 * HOUR);
        await world.completeSync();
        await world.expectRows();
        worker.stop();
        await worker.done;
      }
    },
  },
];

/** A sync of long ago, so that there is a row of the user's current sync to lock. */
async function hadASync({ service }: ScenarioWorld, { userId }: LocalUser): Promise<void> {
  const longAgo = new Date('2020-01-01T00:00:00Z');
  const sync = { user_key: userId, sync_id: `sync_${userId}_1`, started_at: longAgo };
  await service.db
    .insertInto('syncs')
    .values({
      ...sync,
      run_id: 'long-ago',
      mode: 'auto',
      trigger: 'manual',
      status: 'cancelled',
      completed_at: longAgo,
    })
    .execute();
  await service.db.insertInto('current_syncs').values(sync).execute();
}

/** Holds up whoever wants to become the user's current sync: the preparation of the next one. */
async function lockCurrentSync(trx: Transaction<Tables>, { userId }: LocalUser): Promise<void> {
  await trx
    .selectFrom('current_syncs')
    .select('sync_id')
    .where('user_key', '=', userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** Holds up whoever wants to record how the sync ended. */
async function lockSync(trx: Transaction<Tables>, syncId: string): Promise<void> {
  await trx
    .selectFrom('syncs')
    .select('sync_id')
    .where('sync_id', '=', syncId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}
