import pino, { type DestinationStream, type LevelWithSilent, type Logger } from 'pino';
import { logFields } from './log-context';

export type { Logger };

/**
 * One JSON line an event, on standard output. Callers log ids, counts and words; the redaction is a second
 * wall for the fields in which a secret could arrive by mistake. Each line has the ids of the request or the step that
 * it was written in ({@link logFields}).
 */
export function createLogger(
  name: string,
  level: LevelWithSilent,
  destination?: DestinationStream,
): Logger {
  const options = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Copied: pino adds the line's own fields, which count more, to what it is given.
    mixin: () => ({ ...logFields() }),
    redact: {
      paths: ['authorization', 'cookie', 'refreshToken', 'accessToken', 'clientSecret'].flatMap(
        (field) => [field, `*.${field}`],
      ),
      censor: '[hidden]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
