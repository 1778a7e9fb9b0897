import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporalServerPrograms } from '../../../dev/temporal-server-programs';
import { fakeProgram, temporaryFolder } from './fake-program';

let folder: string;
let reports: string[];

beforeEach(async () => {
  folder = await temporaryFolder();
  reports = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const find = () =>
  temporalServerPrograms({
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, 'cache') },
    report: (line) => reports.push(line),
  });

test('both programs are built once, of one version, under the names that they have in images', async () => {
  await fakeProgram(
    join(folder, 'bin', 'go'),
    `echo "$@" >> "${folder}/builds"; touch "$GOBIN/server" "$GOBIN/sql"`,
  );
  const programs = await find();
  expect((await readdir(programs)).sort()).toEqual(['temporal-server', 'temporal-sql-tool']);
  expect(await find()).toBe(programs);
  expect(await readFile(join(folder, 'builds'), 'utf8')).toBe(
    'install -v go.temporal.io/server/cmd/server@v1.29.1 go.temporal.io/server/cmd/tools/sql@v1.29.1\n',
  );
  expect(reports.join('\n')).toContain('This happens once');
});

test('where they cannot be built the error says why and what to do', async () => {
  await fakeProgram(join(folder, 'bin', 'go'), 'echo "go: no network" >&2; exit 1');
  await expect(find()).rejects.toThrow(/go: no network[\s\S]*Install Go/);
});
