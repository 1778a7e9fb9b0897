import pino, { type DestinationStream, type LevelWithSilent, type Logger } from 'pino';
import { logFields } from './log-context';
import { runUrl, type TemporalUi } from './temporal-ui';

export type { Logger };

export interface LoggerOptions {
  /** Default: standard output. */
  destination?: DestinationStream;
  /** Where runs can be looked at. Without it no line has a link. */
  temporalUi?: TemporalUi;
}

/** Below it are lines for whoever looks for a fault: a link on each would be noise. */
const LEAST_LINKED = pino.levels.values.info ?? 30;

/**
 * One JSON line an event, on standard output. Callers log ids, counts and words; the redaction is a second
 * wall for the fields in which a secret could arrive by mistake. Each line has the ids of the request or the step that
 * it was written in ({@link logFields}), and one that names a run, from "info" up, a link to it as `run`.
 */
export function createLogger(
  name: string,
  level: LevelWithSilent,
  { destination, temporalUi }: LoggerOptions = {},
): Logger {
  const options = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: mixinOf(temporalUi),
    redact: {
      paths: ['authorization', 'cookie', 'refreshToken', 'accessToken', 'clientSecret'].flatMap(
        (field) => [field, `*.${field}`],
      ),
      censor: '[hidden]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** What each line has beside its own. Made anew: pino adds the line's own fields, which count more, to what it is given. */
function mixinOf(ui: TemporalUi | undefined): (own: object, level: number) => object {
  if (ui === undefined) return () => ({ ...logFields() });
  return (own, level) => {
    const around = logFields();
    const link = level < LEAST_LINKED ? undefined : linkOf(ui, { ...around, ...own });
    return { ...around, ...link };
  };
}

/** A line can be about another run than the one that it is written in; its own fields say so. */
function linkOf(ui: TemporalUi, { workflowId, runId }: Record<string, unknown>) {
  const isRun = typeof workflowId === 'string' && typeof runId === 'string';
  return isRun ? { run: runUrl(ui, workflowId, runId) } : undefined;
}
