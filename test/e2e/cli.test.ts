import { chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SyncHistory, SyncStarted } from '../../contract/sync-replies';
import { SyncOverview, SyncStatusBody } from '../../contract/sync-status';
import { sessionToken } from '../../dev/sign-in';
import { start } from './bodies';
import { CLI, type CliEnd, startCli } from './cli-process';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

let stack: TestStack;
let folder: string;
/** Has synced twice, the second time in part. */
let user: TestUser;
let ids: { complete: string; partial: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amazon-sync-cli-'));
  stack = await startTestStack();
  await stack.startWorker();
  const seller = await stack.newSeller();
  user = await stack.user(seller);
  const complete = await start(user.client);
  await user.client.untilEnded(complete, 60_000);
  stack.sandbox.setFault({
    operation: 'getInventorySummaries',
    times: null,
    effect: { kind: 'status', status: 400 },
  });
  const partial = await start(user.client);
  await user.client.untilEnded(partial, 60_000);
  stack.sandbox.clearFaults();
  ids = { complete, partial };
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

const tokenOf = ({ cookie }: TestUser) => cookie.replace('session_token=', '');
const envOf = (who: TestUser) => ({
  AMAZON_SYNC_URL: stack.apiUrl,
  AMAZON_SYNC_TOKEN: tokenOf(who),
});

const run = (args: string[], env: Record<string, string> = envOf(user)): Promise<CliEnd> =>
  startCli(args, env).ended;

/** The one document that a command with --json writes. */
function documentOf({ out }: CliEnd): unknown {
  expect(out).toMatch(/^\{.*\}\n$/);
  return JSON.parse(out);
}

/** Keeps a sync from ending. */
const hold = () =>
  stack.sandbox.setFault({ operation: 'createReport', times: null, effect: { kind: 'hang' } });

test('a session that goes over a network in the clear is warned about, also where a program asks', async () => {
  const warning = /^Warning: this is http and not https/;
  const AMAZON_SYNC_URL = 'http://localhost.invalid/';
  for (const json of [[], ['--json']]) {
    const args = ['status', '--retry-for', '0', ...json];
    expect((await run(args, { ...envOf(user), AMAZON_SYNC_URL })).err).toMatch(warning);
    const secure = { ...envOf(user), AMAZON_SYNC_URL: 'https://localhost.invalid/' };
    expect((await run(args, secure)).err).not.toMatch(warning);
    expect((await run(args)).err).toBe('');
  }
});

test('help and version need neither service nor session, and help tells the exit codes', async () => {
  for (const args of [['help'], []]) {
    const { code, out, err } = await run(args, {});
    expect([args, code, err]).toEqual([args, 0, '']);
    for (const word of ['start', 'status', 'watch', 'cancel', 'history', 'export', '130'])
      expect(out).toContain(word);
    expect(out).toMatch(/prefer the environment or a file/);
  }
  expect(await run(['--version'], {})).toMatchObject({ code: 0, out: '0.1.0\n' });
});

test('a sync is started, and a script gets its id', async () => {
  const who = await stack.user(await stack.newSeller());
  hold();
  const { code, out, err } = await run(['start'], envOf(who));
  expect([code, err]).toEqual([0, '']);
  const syncId = out.trim();
  const again = await run(['start'], envOf(who));
  expect(again.code).toBe(4);
  expect(again.err).toContain(syncId);
  const asJson = await run(['start', '--json'], envOf(who));
  expect(documentOf(asJson)).toMatchObject({
    success: false,
    error: 'sync_in_progress',
    existingSyncId: syncId,
  });
  expect(asJson).toMatchObject({ code: 4, err: '' });
  expect((await run(['status'], envOf(who))).out).toContain(`${syncId}: in progress`);
  expect(await run(['cancel'], envOf(who))).toMatchObject({ code: 0, err: '' });
  expect((await run(['watch', syncId], envOf(who))).code).toBe(7);
  // It has ended, so it can no longer be cancelled.
  expect((await run(['cancel', syncId], envOf(who))).code).toBe(8);
  expect((await run(['status', syncId], envOf(who))).code).toBe(7);
});

test('a sync is started and watched to its end', async () => {
  const who = await stack.user(await stack.newSeller());
  const { code, out, err } = await run(['start', '--full', '--watch'], envOf(who));
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/Synced [\d,]+ orders?/);
  const history = await run(['history', '--json'], envOf(who));
  expect(SyncHistory.parse(documentOf(history)).syncs).toMatchObject([{ mode: 'full' }]);
  const lines = (await run(['start', '--watch', '--json'], envOf(who))).out.trim().split('\n');
  const [first, ...statuses] = lines.map((line): unknown => JSON.parse(line));
  const { syncId } = SyncStarted.parse(first);
  expect(SyncStatusBody.parse(statuses.at(-1))).toMatchObject({ syncId, status: 'complete' });
});

test('the status of a sync is told, and its exit code says how it ended', async () => {
  expect(await run(['status', ids.complete])).toMatchObject({ code: 0, err: '' });
  const partial = await run(['status']);
  expect(partial.code).toBe(6);
  expect(partial.out).toContain('complete in part');
  expect(SyncOverview.parse(documentOf(await run(['status', '--json'])))).toMatchObject({
    lastSync: { syncId: ids.partial },
  });
  expect(SyncStatusBody.parse(documentOf(await run(['status', '--json', ids.complete])))).toEqual(
    (await user.client.get(`/api/sync/status/${ids.complete}`)).body,
  );
  const none = await stack.user();
  expect(await run(['status'], envOf(none))).toMatchObject({
    code: 0,
    out: 'There was no sync yet.\n',
  });
  expect((await run(['watch'], envOf(none))).code).toBe(8);
});

test('a sync that fails says so', async () => {
  const who = await stack.user(await stack.newSeller());
  for (const operation of ['createReport', 'searchOrders', 'getInventorySummaries'] as const)
    stack.sandbox.setFault({ operation, times: null, effect: { kind: 'status', status: 400 } });
  const { code, out } = await run(['start', '--watch'], envOf(who));
  expect(code).toBe(1);
  expect(out).toContain('Sync failed');
});

test('past syncs are listed', async () => {
  const { code, out } = await run(['history', '--limit', '1']);
  expect(code).toBe(0);
  const [header, row, ...more] = out.trimEnd().split('\n');
  expect(header).toMatch(/^sync +started +by +status/);
  expect(row).toContain(ids.partial);
  expect(row).toContain('complete in part');
  expect(more).toEqual([]);
});

test.each([
  ['orders', []],
  ['orders', ['--status', 'shipped', '--from', '2026-01-01T00:00:00Z']],
  ['inventory', ['--sort', 'fulfillable']],
  ['claims', ['--reason', 'Lost_Warehouse']],
  ['returns', ['--reason', 'UNWANTED_ITEM']],
])('%s are exported with %j, byte for byte', async (list, filters) => {
  const query = new URLSearchParams({ format: 'csv' });
  for (let index = 0; index < filters.length; index += 2)
    query.set(filters[index]?.slice(2) ?? '', filters[index + 1] ?? '');
  const response = await fetch(`${stack.apiUrl}/api/v1/integrations/amazon/${list}?${query}`, {
    headers: { cookie: user.cookie },
  });
  const expected = Buffer.from(await response.arrayBuffer()).toString();
  const piped = await run(['export', list, ...filters]);
  expect([piped.code, piped.err]).toEqual([0, '']);
  expect(piped.out).toBe(expected);
  const file = join(folder, `${list}.csv`);
  const filed = await run(['export', list, ...filters, '-o', file, '--json']);
  expect(documentOf(filed)).toEqual({
    success: true,
    list,
    file,
    bytes: Buffer.byteLength(expected),
  });
  expect(await readFile(file, 'utf8')).toBe(expected);
});

test('an export to what is no plain file, or through a link, goes where it leads', async () => {
  expect((await run(['export', 'claims', '-o', '/dev/null'])).code).toBe(0);
  const [real, link] = [join(folder, 'real.csv'), join(folder, 'link.csv')];
  await writeFile(real, 'old');
  await symlink(real, link);
  expect((await run(['export', 'claims', '-o', link])).code).toBe(0);
  expect(await readFile(real, 'utf8')).toContain('\r\n');
  expect((await run(['export', 'claims', '-o', folder])).code).toBe(2);
  expect((await run(['export', 'claims', '-o', join(folder, 'none', 'x.csv')])).code).toBe(9);
  expect((await run(['export', 'claims', '-o', '/dev/full'])).code).toBe(9);
});

test('a reader that leaves ends an export quietly', async () => {
  const { child, ended } = startCli(['export', 'orders'], envOf(user));
  child.stdout.destroy();
  expect(await ended).toEqual({ code: 141, out: '', err: '' });
});

test('standard output that takes nothing more is told', async () => {
  const shell = ['sh', '-c', 'exec "$0" "$@" > /dev/full', process.execPath, CLI];
  const { code, err } = await startCli(['status'], envOf(user), shell).ended;
  expect([code, err]).toEqual([9, 'The output cannot be written (ENOSPC).\n']);
});

describe('who is not signed in', () => {
  const expired = () => sessionToken(stack.sessionSecret, user.userId, Date.now() - 13 * 3_600_000);
  test.each([
    ['without a session', () => ({})],
    ['with an empty one', () => ({ AMAZON_SYNC_TOKEN: '' })],
    ['with a forged one', () => ({ AMAZON_SYNC_TOKEN: 'eyJ.forged.x' })],
    ['with an expired one', () => ({ AMAZON_SYNC_TOKEN: expired() })],
    ['with something that is none', () => ({ AMAZON_SYNC_TOKEN: 'planted\nsecret' })],
  ])('%s gets 3, and nothing that was given is repeated', async (_, given) => {
    for (const args of [
      ['export', 'orders'],
      ['status', '--json'],
    ]) {
      const end = await run(args, { AMAZON_SYNC_URL: stack.apiUrl, ...given() });
      expect([args, end.code]).toEqual([args, 3]);
      for (const secret of ['forged', 'planted', 'secret', 'eyJ'])
        expect(end.out + end.err).not.toContain(secret);
    }
  });
});

test('the session comes from a file, a variable that names one, or an option', async () => {
  const file = join(folder, 'token');
  await writeFile(file, `session_token=${tokenOf(user)}\n`);
  await chmod(file, 0o600);
  const url = { AMAZON_SYNC_URL: stack.apiUrl };
  expect((await run(['status', ids.complete, '--token-file', file], url)).code).toBe(0);
  const named = { ...url, AMAZON_SYNC_TOKEN_FILE: file };
  expect((await run(['status', ids.complete], named)).code).toBe(0);
  const byOption = ['status', ids.complete, '--token', tokenOf(user), '--url', `${stack.apiUrl}/`];
  expect((await run(byOption, {})).code).toBe(0);
  expect((await run(['status', '--token-file', join(folder, 'none')], url)).code).toBe(2);
});

test.each([
  [['begin']],
  [['export', 'orders', '--json']],
  [['export', 'orders', '--from', 'yesterday']],
  [['status', '--url', 'localhost:3000']],
  [['status', '--url', 'http://user:planted@127.0.0.1']],
])('%j is no command line that can be followed', async (args) => {
  const end = await run(args);
  expect(end.code).toBe(2);
  const told = end.out + end.err;
  expect(told).not.toBe('');
  expect(told).not.toContain('planted');
});

test('what the service refuses is 8', async () => {
  const stranger = await stack.user();
  expect((await run(['start'], envOf(stranger))).code).toBe(8);
  expect((await run(['status', ids.complete], envOf(stranger))).code).toBe(8);
  expect((await run(['cancel'], envOf(stranger))).code).toBe(8);
  const end = await run(['start', '--json'], envOf(stranger));
  expect(documentOf(end)).toMatchObject({ success: false, error: 'amazon_not_connected' });
});

test('nothing half stays in the folder', async () => {
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
});
