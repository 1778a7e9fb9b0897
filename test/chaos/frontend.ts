import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { SyncStatusBody } from '../../contract/sync-status';
import type { Change } from '../../sandbox/changes';
import type { Random } from '../../sandbox/random';
import { type Answer, type ApiCaller, createApiCaller } from './api-caller';
import { Audit } from './audit';
import type { ChaosStack, ChaosUser } from './chaos-stack';
import type { Notes } from './notes';

const START = '/api/v1/integrations/amazon/sync';
const POLL_MS = 400;

const Started = z.object({ success: z.literal(true), syncId: z.string() });
const Running = z.object({ error: z.literal('sync_in_progress'), existingSyncId: z.string() });

export interface FrontendDeps {
  stack: ChaosStack;
  user: ChaosUser;
  notes: Notes;
  /** Decides what this user does, in the order in which the user does it. */
  random: Random;
  /** Gives up on everything. */
  signal: AbortSignal;
}

/** A user with a frontend: starts syncs, sometimes twice at once, polls, sometimes cancels, and looks at the rows. */
export class Frontend {
  readonly #api: ApiCaller;
  /** When the seller last changed, epoch ms: a sync that began before need not have seen it. */
  #changedAt = 0;

  constructor(private readonly deps: FrontendDeps) {
    const { stack, user, notes, random, signal } = deps;
    const { cookie } = user;
    this.#api = createApiCaller({ apiUrls: stack.apiUrls, cookie, random, notes, signal });
  }

  /** Syncs again and again until told that it is enough. */
  async live(enough: () => boolean): Promise<void> {
    const { random } = this.deps;
    // Not all of them at the same moment.
    await this.#pause(random.int(0, 3_000));
    while (!enough()) {
      if (random.chance(0.4)) await this.#changeSeller();
      const ended = await this.#follow(await this.#start(), random.chance(0.15));
      await this.#lookAtRows(ended);
      await this.#pause(random.int(0, 500));
    }
  }

  /** One sync while nothing goes wrong: it must be whole. */
  async syncInPeace(): Promise<void> {
    const { notes } = this.deps;
    const ended = await this.#follow(await this.#start(), false);
    await this.#lookAtRows(ended);
    if (ended.status !== 'complete' || ended.partial)
      notes.odd.push(`a sync in peace: ${JSON.stringify(ended)}`);
  }

  /** Starts a sync, and tries until one runs. Returns its id, which is another's where that was first. */
  async #start(): Promise<string> {
    const { random } = this.deps;
    const body = random.chance(0.1) ? { mode: 'full' } : undefined;
    for (;;) {
      // An impatient user, or two tabs: at most one is accepted.
      const posts = random.chance(0.3) ? random.int(2, 4) : 1;
      const answers = await Promise.all(
        Array.from({ length: posts }, () => this.#api.once('POST', START, body)),
      );
      const ids = answers.flatMap((answer) => this.#syncIdIn(answer));
      const [first] = ids;
      if (first !== undefined) return first;
      await this.#pause(300);
    }
  }

  /** The sync that an answer to POST names: its own, or the one that runs. */
  #syncIdIn(answer: Answer | undefined): string[] {
    const { notes, user } = this.deps;
    const started = Started.safeParse(answer?.body);
    if (answer?.status === 200 && started.success) {
      notes.accept(started.data.syncId, user.userId);
      return [started.data.syncId];
    }
    const running = Running.safeParse(answer?.body);
    if (answer?.status === 409 && running.success) return [running.data.existingSyncId];
    if (answer !== undefined && answer.status < 500 && answer.status !== 429)
      notes.odd.push(`POST: ${answer.status} ${JSON.stringify(answer.body)}`);
    return [];
  }

  /** Polls until the sync has ended, as any frontend does; may ask to cancel it on the way. */
  async #follow(syncId: string, cancels: boolean): Promise<SyncStatusBody> {
    const { notes, random } = this.deps;
    let pollsToCancel = cancels ? random.int(1, 10) : Number.POSITIVE_INFINITY;
    for (;;) {
      const answer = await this.#api.patiently('GET', `/api/sync/status?syncId=${syncId}`);
      const status = SyncStatusBody.safeParse(answer.body);
      if (answer.status === 200 && status.success) {
        notes.see(status.data);
        if (status.data.status !== 'in_progress') return status.data;
      } else notes.odd.push(`GET ${syncId}: ${answer.status} ${JSON.stringify(answer.body)}`);
      pollsToCancel -= 1;
      // Asked once; an answer that is lost leaves the sync as it is or cancels it.
      if (pollsToCancel === 0) await this.#api.once('POST', `/api/sync/cancel/${syncId}`);
      await this.#pause(POLL_MS);
    }
  }

  async #changeSeller(): Promise<void> {
    const { stack, user, random } = this.deps;
    const count = random.int(1, 5);
    const change: Change = random.pick([
      { kind: 'add_orders', count },
      { kind: 'update_orders', count },
      { kind: 'change_stock', count },
    ] as const);
    // Without a time limit: a frozen Amazon may still take it, so it must be known when it has.
    const answer = await fetch(`${stack.amazonUrl}/sandbox/sellers/${user.sellerId}/changes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ changes: [change] }),
    });
    if (!answer.ok) throw new Error(`The seller cannot change: ${await answer.text()}`);
    this.#changedAt = Date.now();
  }

  /** After a complete sync that began after the last change, PostgreSQL holds exactly the seller's rows. */
  async #lookAtRows(ended: SyncStatusBody): Promise<void> {
    const { notes, user } = this.deps;
    const { rows, aheadOfRows } = await this.#audit();
    const of = (line: string) => `${user.userId} after ${ended.syncId}: ${line}`;
    notes.aheadOfRows.push(...aheadOfRows.map(of));
    const isWhole = ended.status === 'complete' && !ended.partial;
    if (!isWhole || Date.parse(ended.startedAt) < this.#changedAt) return;
    notes.compared += 1;
    notes.wrongRows.push(...rows.map(of));
  }

  async #audit(): Promise<Audit> {
    const { stack, user, signal } = this.deps;
    const query = new URLSearchParams({ user: user.userId, seller: user.sellerId });
    for (;;) {
      const answer = await fetch(`${stack.auditUrl()}?${query}`, { signal }).catch(() => undefined);
      // PostgreSQL is away now and then.
      if (answer?.ok) return Audit.parse(await answer.json());
      await this.#pause(POLL_MS);
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await setTimeout(milliseconds, undefined, { signal: this.deps.signal });
  }
}
