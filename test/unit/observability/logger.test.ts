import { Writable } from 'node:stream';
import { createLogger } from '../../../observability/logger';

function linesOf(log: (logger: ReturnType<typeof createLogger>) => void, level = 'info' as const) {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
  log(createLogger('api', level, destination));
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
  expect(linesOf((log) => log.debug('quiet'))).toEqual([]);
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
