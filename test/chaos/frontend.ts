import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { FAILURE } from '../../contract/failures';
import { SyncStatusBody } from '../../contract/sync-status';
import type { Change } from '../../sandbox/changes';
import type { Random } from '../../sandbox/random';
import { Account } from './account';
import { type Answer, type ApiCaller, createApiCaller } from './api-caller';
import { Audit } from './audit';
import type { ChaosStack, ChaosUser } from './chaos-stack';
import type { Notes } from './notes';
import type { WebhookReceiver } from './webhook-receiver';

const START = '/api/v1/integrations/amazon/sync';
const WEBHOOKS = '/api/v1/integrations/amazon/webhooks';
const POLL_MS = 400;

const DEEDS = [
  ['none', 70],
  ['cancel', 14],
  ['disconnect', 6],
  ['purge', 10],
] as const;

const Started = z.object({ success: z.literal(true), syncId: z.string() });
const NotConnected = z.object({ error: z.literal('amazon_not_connected') });
const Registered = z.object({ id: z.string(), secret: z.string() });
const Running = z.object({ error: z.literal('sync_in_progress'), existingSyncId: z.string() });

export interface FrontendDeps {
  stack: ChaosStack;
  user: ChaosUser;
  notes: Notes;
  /** Where the user has webhooks, if it has any. */
  receiver: WebhookReceiver | undefined;
  /** Decides what this user does, in the order in which the user does it. */
  random: Random;
  /** Gives up on everything. */
  signal: AbortSignal;
}

/** What a user does in the middle of a sync. */
type Deed = 'cancel' | 'disconnect' | 'purge';

/**
 * A user with a frontend: starts syncs, sometimes twice at once, polls, sometimes cancels or disconnects and comes back,
 * and looks at the rows.
 */
export class Frontend {
  readonly user: ChaosUser;
  readonly #api: ApiCaller;
  readonly #account: Account;
  /** When the seller last changed, epoch ms: a sync that began before need not have seen it. */
  #changedAt = 0;

  constructor(private readonly deps: FrontendDeps) {
    const { stack, user, notes, random, signal } = deps;
    const { cookie } = user;
    this.user = user;
    this.#api = createApiCaller({ apiUrls: stack.apiUrls, cookie, random, notes, signal });
    this.#account = new Account({ ...deps, api: this.#api });
  }

  /** Syncs again and again until told that it is enough. */
  async live(enough: () => boolean): Promise<void> {
    const { random } = this.deps;
    // Not all of them at the same moment.
    await this.#pause(random.int(0, 3_000));
    while (!enough()) {
      if (random.chance(0.4)) await this.#changeSeller();
      const deed = random.weighted(DEEDS);
      const ended = await this.#follow(await this.#start(), deed === 'none' ? undefined : deed);
      await this.#lookAtRows(ended);
      await this.#pause(random.int(0, 500));
    }
  }

  /** One sync while nothing goes wrong: it must be whole. */
  async syncInPeace(): Promise<void> {
    const { notes } = this.deps;
    const syncId = await this.#start();
    const ended = await this.#follow(syncId);
    await this.#lookAtRows(ended);
    if (ended?.status === 'complete' && !ended.partial) return;
    // By a request from before, which a process that was frozen has carried out only now.
    if (await this.#account.hasLeftSince(syncId, { purge: false })) return this.syncInPeace();
    // Half of a range that Amazon once refused whole is there, and Amazon makes the whole one again in a while.
    if (isTooSoon(ended)) {
      await this.#pause(10_000);
      return this.syncInPeace();
    }
    notes.odd.push(`a sync in peace: ${JSON.stringify(ended)}`);
  }

  /** Purges everything while a sync is at work, and does not come back. */
  async leaveForGood(): Promise<void> {
    await this.#start();
    await this.#pause(this.deps.random.int(0, 3_000));
    await this.#account.leave(true);
  }

  /** Registers a webhook, until that is answered. */
  async registerWebhook(): Promise<void> {
    const { receiver, user, notes } = this.deps;
    while (receiver !== undefined) {
      const url = receiver.newUrl(user.userId);
      const answer = await this.#api.once('POST', WEBHOOKS, { url });
      const registered = Registered.safeParse(answer?.body);
      if (answer?.status === 200 && registered.success)
        return receiver.registered(url, { ...registered.data, ...user, registeredAt: Date.now() });
      if (answer !== undefined && answer.status < 500 && answer.status !== 429)
        return void notes.odd.push(`POST ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
      await this.#pause(POLL_MS);
    }
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
      if (answers.some((answer) => this.#hasLeft(answer))) await this.#account.connect();
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
    if (answer?.status === 409 && running.success) {
      const { existingSyncId } = running.data;
      // Temporal may take more than a second to close what has recorded its end: then it is asked again.
      return notes.hasEnded(existingSyncId) ? [] : [existingSyncId];
    }
    if (
      answer !== undefined &&
      answer.status < 500 &&
      answer.status !== 429 &&
      !this.#hasLeft(answer)
    )
      notes.odd.push(`POST: ${answer.status} ${JSON.stringify(answer.body)}`);
    return [];
  }

  /** Whether the API does not know the user's connection any more, and the user has ended it. */
  #hasLeft(answer: Answer | undefined): boolean {
    const isLeft = answer?.status === 400 && NotConnected.safeParse(answer.body).success;
    return isLeft && this.deps.notes.left.has(this.deps.user.userId);
  }

  /**
   * Polls until the sync has ended, as any frontend does; may do something on the way. Undefined for one that was purged.
   */
  async #follow(syncId: string, deed?: Deed): Promise<SyncStatusBody | undefined> {
    const { notes, random } = this.deps;
    let pollsToDeed = deed === undefined ? Number.POSITIVE_INFINITY : random.int(1, 10);
    for (;;) {
      const answer = await this.#api.patiently('GET', `/api/sync/status?syncId=${syncId}`);
      const status = SyncStatusBody.safeParse(answer.body);
      if (answer.status === 200 && status.success) {
        notes.see(status.data);
        if (status.data.status !== 'in_progress') return status.data;
      } else if (answer.status === 404 && (await this.#isPurged(syncId))) return undefined;
      else notes.odd.push(`GET ${syncId}: ${answer.status} ${JSON.stringify(answer.body)}`);
      pollsToDeed -= 1;
      if (pollsToDeed === 0) await this.#do(deed, syncId);
      await this.#pause(POLL_MS);
    }
  }

  async #do(deed: Deed | undefined, syncId: string): Promise<void> {
    // Asked once; an answer that is lost leaves the sync as it is or cancels it.
    if (deed === 'cancel') await this.#api.once('POST', `/api/sync/cancel/${syncId}`);
    if (deed !== 'disconnect' && deed !== 'purge') return;
    await this.#account.leave(deed === 'purge');
    await this.#account.connect();
    if (deed === 'purge') await this.registerWebhook();
  }

  #isPurged(syncId: string): Promise<boolean> {
    return this.#account.hasLeftSince(syncId, { purge: true });
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
  async #lookAtRows(ended: SyncStatusBody | undefined): Promise<void> {
    if (ended === undefined) return;
    const { notes, user } = this.deps;
    const { rows, aheadOfRows } = await this.#audit();
    // Then the rows are those of another connection, or of none.
    if (await this.#account.hasLeftSince(ended.syncId, { purge: false })) return;
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

/** Whether nothing is missing but a report that Amazon makes only so often. */
function isTooSoon(ended: SyncStatusBody | undefined): boolean {
  return (
    ended?.status === 'complete' &&
    Object.values(ended.resources).every(
      ({ error }) => error === null || error.type === FAILURE.reportTooSoon,
    )
  );
}
