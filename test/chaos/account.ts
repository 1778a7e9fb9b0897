import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Random } from '../../sandbox/random';
import type { ApiCaller } from './api-caller';
import type { ChaosStack, ChaosUser } from './chaos-stack';
import type { Notes } from './notes';

const AMAZON = '/api/v1/integrations/amazon';

const Begun = z.object({ authUrl: z.url() });

/** What a seller is told who has connected; any other code says to begin again. */
const CONNECTED = /^\/(sync\?id=|oauth\/callback\?error=sync_delayed)/;

const PAUSE_MS = 300;

/** As a browser, it goes on waiting for longer than any answer takes. */
const TIMEOUT_MS = 10_000;

export interface AccountDeps {
  stack: ChaosStack;
  user: ChaosUser;
  api: ApiCaller;
  notes: Notes;
  random: Random;
  /** Gives up on everything. */
  signal: AbortSignal;
}

/**
 * A user's connection to Amazon: ends it and begins it anew, over the consent page, as a browser does. A request to end
 * it whose answer is lost may still be carried out later, by a process that was frozen over it: so whether the user was
 * connected throughout is asked of PostgreSQL.
 */
export class Account {
  constructor(private readonly deps: AccountDeps) {}

  /** Disconnects until the API says that it is done; with `purge` everything stored is to go. */
  async leave(purge: boolean): Promise<void> {
    const { api, notes, user } = this.deps;
    notes.left.add(user.userId);
    const path = `${AMAZON}/disconnect?purge=${purge ? 1 : 0}`;
    const { status, body } = await api.patiently('POST', path);
    if (status !== 200) notes.odd.push(`POST ${path}: ${status} ${JSON.stringify(body)}`);
    else notes.leaves += 1;
  }

  /** Connects the seller, and begins again until that is done. */
  async connect(): Promise<void> {
    for (;;) {
      const to = await this.#throughConsent().catch(() => undefined);
      this.deps.signal.throwIfAborted();
      if (to !== undefined && CONNECTED.test(to)) return;
      await setTimeout(PAUSE_MS, undefined, { signal: this.deps.signal });
    }
  }

  /** Whether the user has disconnected since a sync was asked for; with `purge`, in such a way that it is forgotten. */
  async hasLeftSince(syncId: string, { purge }: { purge: boolean }): Promise<boolean> {
    const { stack, user, signal } = this.deps;
    const begun = startOf(syncId);
    for (;;) {
      try {
        const { rows } = await sql`
          select from disconnections where user_key = ${user.userId} and disconnected_at >= ${begun}
            and (purge or not ${purge}::boolean)`.execute(stack.db);
        return rows.length > 0;
      } catch {
        // PostgreSQL is away now and then.
        await setTimeout(PAUSE_MS, undefined, { signal });
      }
    }
  }

  /** One way to Amazon and back, without the pages; where the browser is sent in the end, without its origin. */
  async #throughConsent(): Promise<string | undefined> {
    const { stack, user } = this.deps;
    const begun = await this.#open(`${AMAZON}/auth/start`, user.cookie);
    const { authUrl } = Begun.parse(await begun.json());
    const cookies = begun.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    const consent = new URL(authUrl);
    const answer = new URLSearchParams(consent.search);
    answer.set('answer', 'allow');
    answer.set('selling_partner_id', user.sellerId);
    const page = `${stack.amazonUrl}${consent.pathname}`;
    const back = new URL(await locationOf(this.#fetch(page, { method: 'POST', body: answer })));
    const callback = this.#open(back.pathname + back.search, [user.cookie, ...cookies].join('; '));
    const { pathname, search } = new URL(await locationOf(callback));
    return pathname + search;
  }

  #open(path: string, cookie: string): Promise<Response> {
    const { stack, random } = this.deps;
    return this.#fetch(random.pick(stack.apiUrls()) + path, { headers: { cookie } });
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    return fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}

async function locationOf(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  const location = response.headers.get('location');
  if (location === null) throw new Error(`${response.status} leads nowhere`);
  return location;
}

/** When a sync was asked for, which its id says. */
export function startOf(syncId: string): Date {
  return new Date(Number(syncId.slice(syncId.lastIndexOf('_') + 1)));
}
