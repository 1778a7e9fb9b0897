import { parseCommandLine } from '../../../cli/command-line';
import { WrongUsage } from '../../../cli/failure';

test('options may stand before and after the command', () => {
  expect(parseCommandLine(['--json', 'watch', 'sync_x_1', '--retry-for', '1.5'])).toMatchObject({
    command: { name: 'watch', syncId: 'sync_x_1' },
    common: { json: true, retryForMs: 1_500 },
  });
});

test('filters go by the API’s names, and only to lists that have them', () => {
  const { command } = parseCommandLine(
    'export orders --order-id 1 --marketplace-id M --sort=-lastUpdated -o x.csv'.split(' '),
  );
  expect(command).toEqual({
    name: 'export',
    list: 'orders',
    filters: { orderId: '1', marketplaceId: 'M', sort: '-lastUpdated' },
    output: 'x.csv',
  });
  expect(parseCommandLine(['export', 'claims', '-o', '-']).command).toMatchObject({
    output: undefined,
  });
});

test.each([
  [[], 'help'],
  [['help'], 'help'],
  [['start', '--help'], 'help'],
  [['-h'], 'help'],
  [['--version'], 'version'],
])('%j is %s', (args, name) => {
  expect(parseCommandLine(args).command.name).toBe(name);
});

test.each([
  [['begin']],
  [['constructor']],
  [['status', '--full']],
  [['start', 'sync_x_1']],
  [['status', 'a', 'b']],
  [['history', '--limit', 'many']],
  [['history', '--limit', '101']],
  [['history', '--limit', '']],
  [['history', '--limit']],
  [['export']],
  [['export', 'refunds']],
  [['export', 'inventory', '--status', 'shipped']],
  [['export', 'orders', '--json']],
  [['status', '--retry-for', '-1']],
  [['--tokn=planted', 'status']],
  [['planted', '--token', 'planted']],
])('%j cannot be followed, and what was given is not repeated', (args) => {
  let told = '';
  try {
    parseCommandLine(args);
  } catch (error) {
    expect(error).toBeInstanceOf(WrongUsage);
    told = String(error);
  }
  expect(told).toContain('amazon-sync help');
  expect(told).not.toContain('planted');
});
