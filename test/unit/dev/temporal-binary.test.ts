import { once } from 'node:events';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import { runToEnd } from '../../../dev/child-process';
import { temporalBinary } from '../../../dev/temporal-binary';
import { fakeProgram, temporaryFolder } from './fake-program';

// Nobody listens on port 1: the network is "blocked" for every test but those of the download.
const BLOCKED = 'http://127.0.0.1:1';
const SYSTEM_PATH = '/usr/bin:/bin';
// Like Temporal: understands `server start-dev --help`, and nothing else.
const WORKS = '[ "$1 $2 $3" = "server start-dev --help" ]';

let folder: string;
let cached: string;
let reports: string[];
let path: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  cached = join(folder, 'cache', 'amazon-sync-service', 'temporal-v1.5.1');
  reports = [];
  path = join(folder, 'bin');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const find = (env: NodeJS.ProcessEnv = {}, downloads = BLOCKED) =>
  temporalBinary({
    env: { PATH: `${path}:${SYSTEM_PATH}`, XDG_CACHE_HOME: join(folder, 'cache'), ...env },
    report: (line) => reports.push(line),
    downloads,
  });

/** A Go that "builds" by writing a working program, and counts how often it was asked to. */
const fakeGo = () =>
  fakeProgram(
    join(path, 'go'),
    `echo "$@" >> "${folder}/builds"
     printf '#!/bin/sh\\n%s\\n' '${WORKS}' > "$GOBIN/temporal"; sleep 0.3`,
  );

test('TEMPORAL_CLI comes first', async () => {
  const chosen = await fakeProgram(join(folder, 'mine'), WORKS);
  await fakeProgram(join(path, 'temporal'), WORKS);
  expect(await find({ TEMPORAL_CLI: chosen })).toBe(chosen);
});

test('a TEMPORAL_CLI that does not work is an error, not passed over', async () => {
  const broken = await fakeProgram(join(folder, 'mine'), 'echo too old; exit 1');
  await fakeProgram(join(path, 'temporal'), WORKS);
  await expect(find({ TEMPORAL_CLI: broken })).rejects.toThrow(/TEMPORAL_CLI.*\n?too old/s);
});

test('temporal on the PATH comes before the cache', async () => {
  const onPath = await fakeProgram(join(path, 'temporal'), WORKS);
  await fakeProgram(cached, WORKS);
  expect(await find()).toBe(onPath);
});

test('a temporal on the PATH without a development server is passed over, with a word', async () => {
  await fakeProgram(join(path, 'temporal'), 'exit 1');
  await fakeProgram(cached, WORKS);
  expect(await find()).toBe(cached);
  expect(reports.join('\n')).toContain(`Passing over ${join(path, 'temporal')}`);
});

test('without any, it is built with Go into the cache, and says so', async () => {
  await fakeGo();
  expect(await find()).toBe(cached);
  expect(await readFile(join(folder, 'builds'), 'utf8')).toContain(
    'temporalio/cli/cmd/temporal@v1.5.1',
  );
  expect(reports.join('\n')).toMatch(/once and takes about five minutes/);
  expect(await readdir(dirname(cached))).toEqual(['temporal-v1.5.1']);
});

test('two that need it at once build it once', async () => {
  await fakeGo();
  expect(await Promise.all([find(), find()])).toEqual([cached, cached]);
  expect((await readFile(join(folder, 'builds'), 'utf8')).trim().split('\n')).toHaveLength(1);
  expect(reports.join('\n')).toContain(`process ${process.pid} is getting it`);
});

test.each([
  ['of a process that is gone', '999999999', new Date()],
  ['that nobody has touched for a minute', String(process.pid), new Date(Date.now() - 60_000)],
])('a lock %s is taken over, and what its owner left is removed', async (_, owner, touched) => {
  await fakeGo();
  await fakeProgram(`${cached}.partial-abc/temporal`, 'half a progr');
  await writeFile(`${cached}.lock`, owner);
  await utimes(`${cached}.lock`, touched, touched);
  expect(await find()).toBe(cached);
  expect(await readdir(dirname(cached))).toEqual(['temporal-v1.5.1']);
});

test('when nothing works the error says what was tried and what to do', async () => {
  await fakeProgram(join(path, 'go'), 'echo "go: no network" >&2; exit 1');
  const error = await find().catch(String);
  expect(error).toContain('download: ');
  expect(error).toContain('build with Go: go install ended with exit code 1:\ngo: no network');
  expect(error).toContain('set TEMPORAL_CLI');
  expect(await readdir(dirname(cached))).toEqual([]);
});

describe('with a download service', () => {
  let service: Server;
  let url: string;
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    await fakeProgram(join(folder, 'archive', 'temporal'), WORKS);
    const archive = join(folder, 'cli.tar.gz');
    await runToEnd({
      name: 'tar',
      command: 'tar',
      args: ['-czf', archive, '-C', join(folder, 'archive'), 'temporal'],
    });
    service = createServer(async (request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.startsWith('/cli/'))
        response.end(
          JSON.stringify({ archiveUrl: `${url}/cli.tar.gz`, fileToExtract: 'temporal' }),
        );
      else response.end(await readFile(archive));
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const address = service.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterEach(() => {
    service.closeAllConnections();
    service.close();
  });

  test('the program of this machine is downloaded, without a build', async () => {
    expect(await find({}, url)).toBe(cached);
    expect(asked[0]).toMatch(/^\/cli\/v1\.5\.1\?/);
    expect(asked[0]).toContain(`arch=${arch() === 'x64' ? 'amd64' : arch()}`);
    expect(asked[0]).toContain(`platform=${process.platform}`);
    expect(await readdir(dirname(cached))).toEqual(['temporal-v1.5.1']);
  });
});
