import { Writable } from 'node:stream';
import { withLogFields } from '../../../observability/log-context';
import { createLogger, type Logger, type LoggerOptions } from '../../../observability/logger';

function linesOf(log: (logger: Logger) => void, options: LoggerOptions = {}) {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
  log(createLogger('api', 'debug', { destination, ...options }));
  return lines;
}

test('an event is one line of JSON with its time', () => {
  const lines = linesOf((log) => log.info({ syncId: 'sync_user123_1' }, 'two\nlines'));
  expect(lines).toHaveLength(1);
  const line: unknown = JSON.parse(lines[0] ?? '');
  expect(line).toMatchObject({ name: 'api', syncId: 'sync_user123_1', msg: 'two\nlines' });
  expect(line).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/));
});

test('what is below the level is not written', () => {
  expect(linesOf((log) => log.trace('quiet'))).toEqual([]);
});

test.each(['authorization', 'cookie', 'refreshToken', 'accessToken', 'clientSecret'])(
  'a %s that arrives by mistake is hidden',
  (field) => {
    const [line] = linesOf((log) =>
      log.info({ request: { [field]: 'hunter2' }, [field]: 'hunter2' }),
    );
    expect(line).toContain('[hidden]');
    expect(line).not.toContain('hunter2');
  },
);

describe('a link to the run in Temporal’s UI', () => {
  const temporalUi = { url: 'https://ui.example/temporal', namespace: 'amazon sync' };
  const around = { workflowId: 'amazon-sync-user123', runId: 'run-1' };
  const base = 'https://ui.example/temporal/namespaces/amazon%20sync/workflows';
  const linkOf = (log: (logger: Logger) => void, options: LoggerOptions = { temporalUi }) =>
    linesOf((logger) => withLogFields(around, () => log(logger)), options).map(
      (line): unknown => JSON.parse(line).run,
    );

  test('is on a line of the run, whoever names the run', () => {
    expect(linkOf((log) => log.info('sync ended'))).toEqual([
      `${base}/amazon-sync-user123/run-1/history`,
    ]);
    const other = { workflowId: 'amazon-sync-é/1', runId: 'run-2' };
    expect(linkOf((log) => log.warn(other, 'sync had ended unrecorded'))).toEqual([
      `${base}/amazon-sync-%C3%A9%2F1/run-2/history`,
    ]);
  });

  test.each<[string, (log: Logger) => void, LoggerOptions]>([
    ['below info', (log) => log.debug('called Amazon'), { temporalUi }],
    [
      'of another workflow whose run is not known',
      (log) => log.info({ runId: undefined }, 'x'),
      { temporalUi },
    ],
    ['where nobody has said where the UI is', (log) => log.info('sync ended'), {}],
  ])('is not on a line %s', (_, log, options) => {
    expect(linkOf(log, options)).toEqual([undefined]);
  });
});
