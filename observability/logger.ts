import pino, { type DestinationStream, type LevelWithSilent, type Logger } from 'pino';

export type { Logger };

/**
 * One JSON line an event, on standard output. Callers log ids, counts and words; the redaction is a second
 * wall for the fields in which a secret could arrive by mistake.
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
    redact: {
      paths: ['authorization', 'cookie', 'refreshToken', 'accessToken', 'clientSecret'].flatMap(
        (field) => [field, `*.${field}`],
      ),
      censor: '[hidden]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
