import { allOrNothing } from '../settings/all-or-nothing';
import type { ServiceCode } from './service-code';
import type { StackPart, StackWorld } from './stack-world';

export type ServiceName = 'api' | 'worker';

/** The stack's API and worker, whose code can be exchanged while they run. */
export interface Services {
  metricsUrl(name: ServiceName): string;
  /** Brings the schema to what other code needs. */
  migrate(code: ServiceCode): Promise<unknown>;
  /**
   * Has other code run in their place. Syncs go on: Temporal gives the next of their steps to the new worker, while the
   * old one ends those that it has. Throws where the new code does not start; then the code before it runs.
   */
  replace(names: ReadonlySet<ServiceName>, code: ServiceCode): Promise<void>;
  stop(): Promise<void>;
}

interface Running extends StackPart {
  code: ServiceCode;
}

/** Starts both. When one fails, the other is stopped and this throws. */
export async function startServices(world: StackWorld, code: ServiceCode): Promise<Services> {
  const startApi = async (by: ServiceCode): Promise<Running> => ({
    code: by,
    ...(await by.startApi(world)),
  });
  const startWorker = async (by: ServiceCode): Promise<Running> => ({
    code: by,
    ...(await by.startWorker(world)),
  });
  let { api, worker } = await allOrNothing(async (stops) => {
    const tracked = async (part: Promise<Running>) => {
      const started = await part;
      stops.push(() => started.stop());
      return started;
    };
    const starting = { api: tracked(startApi(code)), worker: tracked(startWorker(code)) };
    // Both, so that none comes up after a failure of the other and is left behind.
    await Promise.allSettled(Object.values(starting));
    return { api: await starting.api, worker: await starting.worker };
  });
  const draining = new Set<Promise<void>>();
  const drain = (part: Running) => {
    // What it leaves behind is in the log; the one in its place runs.
    const drained = part
      .stop()
      .catch(() => undefined)
      .finally(() => draining.delete(drained));
    draining.add(drained);
  };
  const replaced: Record<ServiceName, (next: ServiceCode) => Promise<void>> = {
    // Its port is free from the moment it is told to stop, while its last requests are still answered.
    async api(next) {
      drain(api);
      try {
        api = await startApi(next);
      } catch (error) {
        api = await startApi(api.code);
        throw error;
      }
    },
    async worker(next) {
      const old = worker;
      worker = await startWorker(next);
      drain(old);
    },
  };
  return {
    metricsUrl: (name) => (name === 'api' ? api : worker).metricsUrl,
    migrate: (next) => next.migrate(world.ownerUrl),
    async replace(names, next) {
      const ends = await Promise.allSettled([...names].map((name) => replaced[name](next)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
    // The API first: while it drains, it has statuses to ask the worker for.
    async stop() {
      await api.stop();
      await worker.stop();
      await Promise.all(draining);
    },
  };
}
