import { setTimeout } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { isInvalidArgument } from '../contract/is-invalid-argument';
import { SEARCH_ATTRIBUTE_NAMES } from '../contract/search-attributes';
import type { Logger } from '../observability/logger';
import { stoppableCalls } from './stoppable-calls';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
const ASK_AGAIN_MS = 60_000;

/**
 * Answers that will be the same the next time, by gRPC's numbers: INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED and
 * UNAUTHENTICATED.
 */
const REFUSALS = [3, 7, 12, 16];

/** Temporal's own number of the type. */
const KEYWORD = 2;

const NAMES = SEARCH_ATTRIBUTE_NAMES;

export interface SearchAttributes {
  /**
   * Whether the namespace has them, as of a minute ago at most where it can be asked. What is started with some that it
   * has not is refused, so one that lost them, as by a move to another server, must not be believed to have them.
   */
  areThere(): Promise<boolean>;
  /** Resolves once they are there, may not be registered, or are given up on; never rejects. */
  register(): Promise<void>;
}

interface SearchAttributesDeps {
  /** What of Temporal is asked; each call may take five seconds. */
  calls: SearchAttributeCalls;
  log: Logger;
  /** Epoch ms. */
  now: () => number;
  /** Gives up on it. */
  signal: AbortSignal;
}

export interface SearchAttributeCalls {
  /** Asks for runs by all of them; fails with INVALID_ARGUMENT where the namespace lacks one. */
  count(): Promise<unknown>;
  /** Adds those that are missing. */
  add(): Promise<unknown>;
}

export function searchAttributeCalls(client: Client, signal: AbortSignal): SearchAttributeCalls {
  const { namespace } = client.options;
  const called = stoppableCalls(client, signal);
  return {
    count: () =>
      called(() =>
        client.workflowService.countWorkflowExecutions({
          namespace,
          query: NAMES.map((name) => `${name} = 'none'`).join(' and '),
        }),
      ),
    add: () =>
      called(() =>
        client.connection.operatorService.addSearchAttributes({
          namespace,
          searchAttributes: Object.fromEntries(NAMES.map((name) => [name, KEYWORD])),
        }),
      ),
  };
}

/**
 * Sees to it that the namespace has the search attributes of syncs, as each worker does at its start. Asks first: who may
 * not register them, as in Temporal Cloud, still uses those that are there. Servers take some seconds to learn of new ones,
 * and one may be out of reach, so it keeps on trying, and syncs do without meanwhile.
 */
export function createSearchAttributes(deps: SearchAttributesDeps): SearchAttributes {
  let there = false;
  let askAgainAt = 0;
  const found = (answer: boolean) => {
    there = answer;
    askAgainAt = deps.now() + ASK_AGAIN_MS;
  };
  return {
    async areThere() {
      if (deps.now() >= askAgainAt) found(await areThere(deps.calls).catch(() => there));
      return there;
    },
    register: () => ensure(deps, () => found(true)),
  };
}

async function ensure(
  { calls, log, signal }: SearchAttributesDeps,
  found: () => void,
): Promise<void> {
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      if (await areThere(calls)) {
        found();
        log.debug({ searchAttributes: NAMES }, 'search attributes are there');
        return;
      }
      await calls.add();
    } catch (error) {
      if (signal.aborted) return;
      const refusal = refusalOf(error);
      if (refusal !== undefined) {
        const names = NAMES.map((name) => `--name ${name}`).join(' ');
        log.warn(
          { searchAttributes: NAMES, error: refusal.details },
          'Temporal does not let this service register its search attributes; syncs run, and cannot be searched by them. ' +
            `Have somebody who may run: temporal operator search-attribute create --type Keyword ${names}`,
        );
        return;
      }
      const name = error instanceof Error ? error.name : 'Error';
      log.warn({ error: name, pauseMs: pause }, 'search attributes are not registered yet');
    }
    await setTimeout(pause, undefined, { signal }).catch(() => undefined);
  }
}

async function areThere({ count }: SearchAttributeCalls): Promise<boolean> {
  try {
    await count();
    return true;
  } catch (error) {
    if (isInvalidArgument(error)) return false;
    throw error;
  }
}

function refusalOf(error: unknown) {
  return isGrpcServiceError(error) && REFUSALS.includes(error.code) ? error : undefined;
}
