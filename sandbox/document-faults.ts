import type { Charset } from './charsets';
import { type BreakingEffect, breaksAnswer } from './fault-effects';
import { isKind } from './fault-spec';
import type { Scripted } from './sp-api-operation';

/** All that is wrong with one download; of these faults any number may hit it together. */
export interface DocumentFaults {
  columns: boolean;
  decimalComma: boolean;
  /** Null is UTF-8. */
  charset: Charset | null;
  /** The bytes are not in the encoding that the Content-Type names. */
  wrongEncoding: boolean;
  /** Real milliseconds between two pieces; null is as fast as it goes. */
  millisecondsPerPiece: number | null;
  truncated: boolean;
  corrupt: boolean;
  ending: BreakingEffect | null;
}

/** Takes the faults that hit a download whose text is about to be sent. */
export function documentFaults(scripted: Scripted): DocumentFaults {
  return {
    columns: scripted(isKind('columns')) !== null,
    decimalComma: scripted(isKind('decimal_comma')) !== null,
    charset: scripted(isKind('encoding'))?.charset ?? null,
    wrongEncoding: scripted(isKind('wrong_encoding')) !== null,
    millisecondsPerPiece: scripted(isKind('slow'))?.millisecondsPerPiece ?? null,
    truncated: scripted(isKind('truncated')) !== null,
    corrupt: scripted(isKind('corrupt')) !== null,
    ending: scripted(breaksAnswer),
  };
}
