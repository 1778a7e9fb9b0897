import {
  type Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
  ServiceError,
} from '@temporalio/client';

/** Temporal cannot be reached, or did not answer in time. */
export class TemporalUnavailable extends Error {
  override readonly name = 'TemporalUnavailable';

  constructor(cause?: unknown) {
    super('Temporal is out of reach', { cause });
  }
}

/**
 * Options of the API's own connection. The SDK's retries go on well past a call's deadline (4.5 s on 1.5 s
 * was seen), and gRPC backs off from a dead server for up to two minutes; a client that waits for an HTTP
 * answer can afford neither.
 */
export const BOUNDED_CONNECTION = {
  interceptors: [
    makeGrpcRetryInterceptor(
      defaultGrpcRetryOptions({ maxAttempts: 2, initialIntervalMs: () => 100 }),
    ),
  ],
  channelArgs: {
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 3_000,
  },
} satisfies ConnectionOptions;

export interface TemporalCalls {
  /**
   * Makes one call, and gives up on it after `milliseconds` whatever the SDK does. Throws
   * {@link TemporalUnavailable} for that and for every fault of the connection or the server; lets errors
   * that mean something, such as "already started", pass.
   */
  within<Answer>(milliseconds: number, call: () => Promise<Answer>): Promise<Answer>;
  /** Waits for calls that were given up on and still go on inside the SDK; before the connection closes. */
  settled(): Promise<void>;
}

export function createTemporalCalls(connection: Connection): TemporalCalls {
  const underWay = new Set<Promise<unknown>>();
  return {
    async within(milliseconds, call) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new TemporalUnavailable()), milliseconds);
      });
      try {
        const answer = connection.withDeadline(Date.now() + milliseconds, call);
        underWay.add(answer);
        const forget = () => underWay.delete(answer);
        answer.then(forget, forget);
        return await Promise.race([answer, late]);
      } catch (error) {
        if (error instanceof ServiceError || isGrpcServiceError(error)) {
          throw new TemporalUnavailable(error);
        }
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
