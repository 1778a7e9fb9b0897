import { setTimeout } from 'node:timers/promises';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { amazonSyncStart } from '../contract/amazon-sync-start';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { syncIdOf } from '../contract/sync-id';
import { type SyncInput, SyncMemo, type SyncMode, type SyncTrigger } from '../contract/sync-input';
import type { Logger } from '../observability/logger';
import { startAfter } from '../store/disconnections';
import type { ScopedDatabase } from '../store/scoped-database';
import { insertSync, latestSyncs } from '../store/syncs';
import { createFindableStarts } from './findable-starts';
import { freshReads } from './fresh-reads';
import type { HeldPlace, TakePlace } from './place-taker';
import { type TemporalCalls, TemporalUnavailable } from './temporal-calls';

export type SyncStart =
  | { kind: 'started'; syncId: string }
  | { kind: 'running'; syncId: string }
  | { kind: 'not_connected' }
  /** As many syncs run as may, of all users or of those who have connected the same seller. */
  | { kind: 'service_full' | 'seller_full' }
  | { kind: 'reauthorization_required' };

export interface SyncStarter {
  start(userKey: string, mode: SyncMode, trigger?: SyncTrigger): Promise<SyncStart>;
}

interface OpenSync {
  syncId: string;
  ended: boolean;
}

interface SyncStarterDeps {
  temporal: Client;
  calls: TemporalCalls;
  db: ScopedDatabase;
  log: Logger;
  taskQueue: string;
  takePlace: TakePlace;
  /** Epoch ms. */
  now: () => number;
}

/** One call to Temporal; two of them and PostgreSQL's share stay under the 3 s in which we answer. */
const CALL_MS = 1_200;

/**
 * After a sync has recorded its end, Temporal still refused a new start for 27 to 68 ms. A start that meets
 * this moment is tried again for this long.
 */
const CLOSING_MS = 1_000;
const CLOSING_PAUSE_MS = 20;

/** Starts syncs. That a user has one at a time is Temporal's doing: the workflow id is the user's. */
export function createSyncStarter(deps: SyncStarterDeps): SyncStarter {
  const { temporal, calls, db, log, taskQueue, takePlace, now } = deps;

  const findable = createFindableStarts(now);

  /** Returns the run id, or undefined when Temporal refused because a sync of the user is open. */
  async function startWorkflow(input: SyncInput): Promise<string | undefined> {
    try {
      const handle = await calls.within(CALL_MS, () =>
        findable(input, (foundBy) =>
          temporal.workflow.start('amazonSync', {
            ...amazonSyncStart(input),
            ...foundBy,
            taskQueue,
            workflowIdConflictPolicy: 'FAIL',
          }),
        ),
      );
      return handle.firstExecutionRunId;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
      throw error;
    }
  }

  /** The sync in the way, and whether it has recorded its end; undefined when it is gone meanwhile. */
  const openSync = freshReads(
    (userKey: string) => userKey,
    async (userKey): Promise<OpenSync | undefined> => {
      const [described, [latest]] = await Promise.all([
        calls
          .within(CALL_MS, () =>
            temporal.workflow.getHandle(amazonSyncWorkflowId(userKey)).describe(),
          )
          .catch((error: unknown) => {
            if (error instanceof WorkflowNotFoundError) return undefined;
            throw error;
          }),
        latestSyncs(db.ofUser(userKey), userKey, 1),
      ]);
      if (described?.status.name !== 'RUNNING') return undefined;
      const { syncId } = SyncMemo.parse(described.memo);
      return { syncId, ended: latest?.syncId === syncId && latest.status !== 'in_progress' };
    },
  );

  /** The row makes the sync findable at once. `prepare` writes it too, so a failure here loses nothing. */
  async function keep(input: SyncInput, runId: string, placeId: string): Promise<void> {
    const sync = { ...input, runId, startedAt: new Date(input.startedAt) };
    await insertSync(db.ofUser(sync.userKey), sync, placeId).catch((error: unknown) => {
      const name = error instanceof Error ? error.name : 'Error';
      log.warn({ syncId: input.syncId, error: name }, 'sync started; its row comes later');
    });
  }

  interface Asked {
    userKey: string;
    mode: SyncMode;
    trigger: SyncTrigger;
  }

  async function startIn(held: HeldPlace, { userKey, mode, trigger }: Asked): Promise<SyncStart> {
    const { place, conditions } = held;
    const { connections, disconnectedAt, isInProgress } = conditions;
    if (connections.length === 0) return { kind: 'not_connected' };
    if (connections.every((status) => status === 'reauthorization_required')) {
      return { kind: 'reauthorization_required' };
    }
    if (place === 'service_full' || place === 'seller_full') return { kind: place };
    // Where Temporal will probably refuse, the sync in the way is asked for beside the start, not after it.
    let expected = isInProgress ? openSync(userKey) : undefined;
    expected?.catch(() => undefined);
    const giveUpAt = performance.now() + CLOSING_MS;
    for (;;) {
      const startedAt = startAfter(disconnectedAt, new Date(now()));
      const syncId = syncIdOf(userKey, startedAt.getTime());
      const input: SyncInput = {
        syncId,
        userKey,
        mode,
        trigger,
        startedAt: startedAt.toISOString(),
      };
      const runId = await startWorkflow(input).catch((error: unknown) => {
        // It may have started all the same: then its worker writes the row.
        held.taken();
        throw error;
      });
      if (runId !== undefined) {
        held.taken();
        await keep(input, runId, held.id);
        log.info(
          { syncId, workflowId: amazonSyncWorkflowId(userKey), runId, mode },
          'sync started',
        );
        return { kind: 'started', syncId };
      }
      const open = await (expected ?? openSync(userKey));
      expected = undefined;
      const late = performance.now() > giveUpAt;
      if (open !== undefined && (!open.ended || late)) {
        return { kind: 'running', syncId: open.syncId };
      }
      if (late) throw new TemporalUnavailable();
      await setTimeout(CLOSING_PAUSE_MS);
    }
  }

  return {
    async start(userKey, mode, trigger = 'manual') {
      const held = await takePlace(userKey);
      try {
        return await startIn(held, { userKey, mode, trigger });
      } finally {
        // Nobody waits for it: a place that is not given back is free in a moment by itself.
        held.leave().catch((error: unknown) => {
          const name = error instanceof Error ? error.name : 'Error';
          log.debug({ userKey, error: name }, 'place is left later');
        });
      }
    },
  };
}
