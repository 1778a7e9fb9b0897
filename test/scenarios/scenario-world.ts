import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { RESOURCES } from '../../contract/resources';
import { SyncStatusBody } from '../../contract/sync-status';
import type { LocalService, LocalUser } from '../../dev/local-service';
import { rowDifferences } from '../../dev/row-differences';
import { storedRows } from '../../dev/stored-rows';
import type { Change } from '../../sandbox/changes';
import { type ExpectedRows, expectedRows } from '../../sandbox/expected-rows';
import type { Fault } from '../../sandbox/faults';
import type { Sandbox } from '../../sandbox/sandbox';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import type { Calendar } from './calendar';
import { expectMatch, expectThat } from './expect-match';

const START = '/api/v1/integrations/amazon/sync';
const POLL_MS = 200;

/** How often a status that is out of reach is asked for. */
const PATIENCE = 150;

const Refused = z.object({ existingSyncId: z.string() });
const Started = z.object({ success: z.literal(true), syncId: z.string() });

export interface SetFault {
  hits(): number;
  remove(): void;
}

/** What a scenario has in its hands. Everything it does to the service, it does over HTTP as a frontend would. */
export class ScenarioWorld {
  /** Connected to {@link seller}. */
  user: LocalUser;
  readonly seller: SandboxSeller;
  /** Every status that was seen while polling, oldest first. */
  readonly seen: SyncStatusBody[] = [];
  /** Accepted starts. */
  syncs = 0;
  readonly #begun = performance.now();
  readonly #clockSpeed: number;

  constructor(
    readonly service: LocalService,
    readonly calendar: Calendar,
    readonly logs: readonly string[],
    { user, seller, clockSpeed }: { user: LocalUser; seller: SandboxSeller; clockSpeed: number },
  ) {
    this.#clockSpeed = clockSpeed;
    this.user = user;
    this.seller = seller;
  }

  get sandbox(): Sandbox {
    return this.service.sandbox;
  }

  /** The sellers of the sandbox, of which there must be so many. */
  sellers(count: number): SandboxSeller[] {
    const { sellers } = this.sandbox;
    expectThat(sellers.length === count, `${count} sellers`, sellers.length);
    return sellers;
  }

  fault(fault: Fault): SetFault {
    return this.sandbox.setFault(fault);
  }

  /** Changes the seller; fails unless all that was asked for could be changed. Returns their ids. */
  change(...changes: Change[]): string[] {
    return changes.flatMap((change) => {
      const changed = this.sandbox.change(this.seller.sellerId, [change]);
      const wanted = 'count' in change ? change.count : 1;
      expectThat(changed.length >= wanted, `${wanted} of ${change.kind}`, changed.length);
      return changed;
    });
  }

  /** Seconds that have passed at Amazon since the scenario began; the calendar has no part in them. */
  amazonSeconds(): number {
    return ((performance.now() - this.#begun) / 1000) * this.#clockSpeed;
  }

  /** Moves the calendar; a session lasts twelve hours of it, so the user signs in again. */
  async later(milliseconds: number): Promise<void> {
    this.calendar.forward(milliseconds);
    this.user = await this.service.user(undefined, this.user.userId);
  }

  /** Starts a sync, which must be accepted; returns its id. */
  async start(mode: 'auto' | 'full' = 'auto', user = this.user): Promise<string> {
    const body = mode === 'auto' ? undefined : { mode };
    let answer = await user.client.post(START, body);
    for (let asked = 1; answer.status === 503 && asked < PATIENCE; asked += 1) {
      await setTimeout(POLL_MS);
      answer = await user.client.post(START, body);
      // The start before may have been heard all the same.
      if (answer.status === 409) return Refused.parse(answer.body).existingSyncId;
    }
    expectMatch(answer.status, 200, `the status of POST, which answered ${JSON.stringify(answer)}`);
    this.syncs += 1;
    return Started.parse(answer.body).syncId;
  }

  /** Starts a sync that must be refused. */
  async expectRefused(body: Record<string, unknown>): Promise<void> {
    const answer = await this.answered(() => this.user.client.post(START));
    expectMatch(answer, { status: 400, body: { success: false, ...body } }, 'the answer to POST');
  }

  /**
   * Polls until a sync has ended. `onStatus` sees every status. Progress never falls, reaches 100 only with
   * `complete`, and an ended sync has nothing that is still waiting.
   */
  async ended(
    syncId: string,
    user = this.user,
    onStatus: (status: SyncStatusBody) => void = () => undefined,
  ): Promise<SyncStatusBody> {
    let progress = 0;
    for (;;) {
      const status = await this.status(syncId, user);
      this.seen.push(status);
      expectThat(status.progress >= progress, `progress of ${progress} or more`, status.progress);
      progress = status.progress;
      onStatus(status);
      if (status.status !== 'in_progress') {
        expectMatch(status.progress === 100, status.status === 'complete', '"is at 100 %"');
        for (const resource of RESOURCES)
          expectMatch(
            status.resources[resource]?.waitingUntil ?? null,
            null,
            `${resource}.waitingUntil`,
          );
        return status;
      }
      await setTimeout(POLL_MS);
    }
  }

  async status(syncId: string, user = this.user): Promise<SyncStatusBody> {
    const path = `/api/sync/status?syncId=${encodeURIComponent(syncId)}`;
    const answer = await this.answered(() => user.client.get(path));
    expectMatch(answer.status, 200, `the status of GET, which answered ${JSON.stringify(answer)}`);
    return SyncStatusBody.parse(answer.body);
  }

  /** A server may be out of reach for a moment, on a busy machine too: a frontend asks again, as it is told to. */
  async answered<Answer extends { status: number }>(ask: () => Promise<Answer>): Promise<Answer> {
    let answer = await ask();
    for (let asked = 1; answer.status === 503 && asked < PATIENCE; asked += 1) {
      await setTimeout(POLL_MS);
      answer = await ask();
    }
    return answer;
  }

  /** A sync from POST to its end, however that is. */
  async sync(mode: 'auto' | 'full' = 'auto', user = this.user): Promise<SyncStatusBody> {
    return this.ended(await this.start(mode, user), user);
  }

  /** A sync that must end complete, with nothing missing. */
  async completeSync(mode: 'auto' | 'full' = 'auto', user = this.user): Promise<SyncStatusBody> {
    return expectComplete(await this.sync(mode, user));
  }

  /**
   * A complete sync through faults that hit every call for so many of Amazon's seconds. These begin with the first
   * hit: a busy machine may take as long as they last to come to its first call.
   */
  async completeSyncThrough(
    faults: readonly Omit<Fault, 'times' | 'seconds'>[],
    seconds: number,
  ): Promise<SyncStatusBody> {
    const waiting = faults.map((fault) => this.fault({ ...fault, times: null }));
    const syncId = await this.start();
    await this.until('a first hit', () => waiting.some((fault) => fault.hits() > 0));
    for (const fault of faults) this.fault({ ...fault, times: null, seconds });
    for (const fault of waiting) fault.remove();
    return expectComplete(await this.ended(syncId));
  }

  /**
   * PostgreSQL must hold exactly the rows of the sellers that the user is connected to. `only` leaves out what
   * was meant to fail.
   */
  async expectRows(
    expected: {
      sellers?: SandboxSeller[];
      user?: LocalUser;
      only?: (rows: ExpectedRows) => ExpectedRows;
    } = {},
  ): Promise<void> {
    const {
      sellers = [this.seller],
      user = this.user,
      only = (rows: ExpectedRows) => rows,
    } = expected;
    const wanted = sellers.map(expectedRows);
    const differences = rowDifferences(
      only({
        orders: wanted.flatMap(({ orders }) => orders),
        inventory: wanted.flatMap(({ inventory }) => inventory),
        claims: wanted.flatMap(({ claims }) => claims),
        returns: wanted.flatMap(({ returns }) => returns),
      }),
      only(await storedRows(this.service.db, user.userId)),
    );
    if (differences.length > 0) {
      throw new Error(
        [`expected equal rows; ${differences.length} differ:`, ...differences.slice(0, 10)].join(
          '\n',
        ),
      );
    }
  }

  /** What was imported before something went wrong may be too little, but never wrong. */
  async expectNoWrongRows(): Promise<void> {
    const all = await this.service.differences(this.user, this.seller);
    const wrong = all.filter((difference) => !difference.endsWith('is missing'));
    expectThat(wrong.length === 0, 'no wrong rows', wrong.slice(0, 10));
  }

  /** How often Amazon was called: answers of an operation, of any status or of one. */
  calls(operation: string, status?: number): number {
    const counts = this.sandbox.stats().operations[operation] ?? {};
    if (status !== undefined) return counts[status] ?? 0;
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** Waits until something is so. */
  async until(what: string, holds: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
    const giveUpAt = performance.now() + seconds * 1000;
    while (!(await holds())) {
      if (performance.now() > giveUpAt) throw new Error(`${what}: not within ${seconds} s`);
      await setTimeout(20);
    }
  }
}

/** Throws unless a sync ended complete, with nothing missing. */
export function expectComplete(status: SyncStatusBody): SyncStatusBody {
  const resource = { state: 'complete', error: null };
  expectMatch(
    status,
    {
      status: 'complete',
      progress: 100,
      partial: false,
      error: null,
      resources: Object.fromEntries(RESOURCES.map((name) => [name, resource])),
    },
    'status',
  );
  return status;
}
