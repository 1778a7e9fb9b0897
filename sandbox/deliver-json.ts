import type { RouterContext } from '@koa/router';
import { cutOff, hang, reset } from './broken-connection';
import type { BreakingEffect } from './fault-effects';
import type { Effect } from './fault-spec';

export interface JsonAnswer {
  status: number;
  body: unknown;
}

/** An answer and how it reaches the client: whole, or not as it should. */
export interface Delivery {
  answer: JsonAnswer;
  how: 'whole' | 'malformed' | 'hang' | 'reset' | 'cut';
}

/** What an effect makes of an answer that is ready; a status other than the answer's is for the caller to render. */
export function broken(
  answer: JsonAnswer,
  effect: BreakingEffect,
  errorOf: (effect: Extract<Effect, { kind: 'status' }>) => JsonAnswer,
): Delivery {
  switch (effect.kind) {
    case 'status':
      return { answer: errorOf(effect), how: 'whole' };
    case 'malformed':
      return { answer, how: 'malformed' };
    case 'reset':
      return { answer, how: effect.when === 'mid-body' ? 'cut' : 'reset' };
    default:
      return effect satisfies never;
  }
}

/** The status that the client sees; 0 when it sees no complete answer. */
export function statusSeen({ answer, how }: Delivery): number {
  return how === 'whole' || how === 'malformed' ? answer.status : 0;
}

/** Sends the answer; a call that hangs is over when the client goes. */
export async function deliver(ctx: RouterContext, { answer, how }: Delivery): Promise<void> {
  switch (how) {
    case 'hang':
      return hang(ctx);
    case 'reset':
      return reset(ctx);
    case 'cut':
      ctx.type = 'application/json';
      return cutOff(ctx, answer.status, Buffer.from(JSON.stringify(answer.body)));
    case 'malformed': {
      const json = JSON.stringify(answer.body);
      ctx.status = answer.status;
      ctx.type = 'application/json';
      // Without its end no JSON object is one.
      ctx.body = json.slice(0, Math.ceil(json.length / 2));
      return;
    }
    case 'whole':
      ctx.status = answer.status;
      ctx.body = answer.body;
      return;
    default:
      return how satisfies never;
  }
}
