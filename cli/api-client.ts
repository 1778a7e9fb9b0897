import type { z } from 'zod';
import { Failure, OddAnswer, OutOfReach } from './failure';
import { Patience } from './patience';
import { failureOf, jsonOf } from './read-answer';
import type { Send, Sending } from './send';

/** An answer that is what it should be, and as it came: with fields that are newer than this program. */
export interface Answer<Body> {
  body: Body;
  raw: unknown;
}

export interface ApiClient {
  /** Asks for JSON. A service that is out of reach is asked again for a while. Throws {@link Failure}. */
  json<Body>(path: string, schema: z.ZodType<Body>, sending?: Sending): Promise<Answer<Body>>;
  /** The same, asked once. */
  jsonOnce<Body>(path: string, schema: z.ZodType<Body>, sending?: Sending): Promise<Answer<Body>>;
  /** Asks for something that is streamed; tried again only until an answer begins. */
  open(path: string, sending?: Sending): Promise<Response>;
  /** The same, asked once. */
  openOnce(path: string, sending?: Sending): Promise<Response>;
  /** A patience of its own for whoever asks again by itself. */
  patience(): Patience;
  /** Ends everything. */
  signal: AbortSignal;
}

interface ApiClientOptions {
  send: Send;
  /** How long a service that is out of reach is asked again, ms. */
  retryForMs: number;
  signal: AbortSignal;
}

/** An answer begins within this time: the API keeps a request for 25 s at most in a crowd. */
const ANSWER_MS = 30_000;

export function createApiClient({ send, retryForMs, signal }: ApiClientOptions): ApiClient {
  async function openOnce(path: string, sending: Sending = {}): Promise<Response> {
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(), ANSWER_MS);
    const signals = [signal, tooLong.signal, ...(sending.signal ? [sending.signal] : [])];
    try {
      const response = await send(path, { ...sending, signal: AbortSignal.any(signals) });
      if (!response.ok) throw await failureOf(response);
      return response;
    } catch (error) {
      throw networkFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What an interrupted program asked for is no fault of the network. */
  function networkFailure(error: unknown): unknown {
    if (signal.aborted) return signal.reason;
    if (error instanceof Failure) return error;
    return new OutOfReach(`The service cannot be reached: ${causeOf(error)}.`);
  }

  async function retried<Result>(once: () => Promise<Result>): Promise<Result> {
    const patience = new Patience(retryForMs, signal);
    for (;;) {
      try {
        return await once();
      } catch (error) {
        await patience.pauseAfter(error);
      }
    }
  }

  async function jsonOnce<Body>(
    path: string,
    schema: z.ZodType<Body>,
    sending?: Sending,
  ): Promise<Answer<Body>> {
    // Over the body too: headers that are followed by nothing are no answer.
    const whole = AbortSignal.timeout(ANSWER_MS);
    const response = await openOnce(path, { ...sending, signal: whole });
    const text = await response.text().catch((error: unknown) => {
      throw networkFailure(error);
    });
    const raw = jsonOf(text);
    const parsed = schema.safeParse(raw);
    if (parsed.success) return { body: parsed.data, raw };
    const [issue] = parsed.error.issues;
    const what =
      raw === undefined
        ? 'it answers with something else than JSON'
        : `${issue?.path.join('.') || 'the answer'}: ${issue?.message ?? 'not as expected'}`;
    throw new OddAnswer(
      `What answers at this address does not speak as the sync service does (${what}). Is the URL right?`,
    );
  }

  return {
    json: (path, schema, sending) => retried(() => jsonOnce(path, schema, sending)),
    jsonOnce,
    open: (path, sending) => retried(() => openOnce(path, sending)),
    openOnce,
    patience: () => new Patience(retryForMs, signal),
    signal,
  };
}

/** The system's word for why a connection failed, such as ECONNREFUSED. `fetch` hides it in the cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed';
  if (['AbortError', 'TimeoutError'].includes(error.name))
    return `no answer within ${ANSWER_MS / 1000} s`;
  const { cause } = error;
  if (cause instanceof AggregateError) return causeOf(cause.errors[0]);
  if (cause instanceof Error) return causeOf(cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code ?? 'the connection failed';
}
