import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runToEnd, startChild } from '../../../dev/child-process';
import { timeSkippingServer } from '../../../dev/time-skipping-server';
import { eventually } from '../../eventually';
import { fakeProgram, temporaryFolder } from './fake-program';
import { hasEnded } from './has-ended';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await temporaryFolder();
  env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, 'cache') };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const find = () =>
  timeSkippingServer({ env, report: () => undefined, downloads: 'http://127.0.0.1:1' });

/** A Maven that "copies" one library, and a Java that writes down how it was called. */
async function fakeJavaAndMaven(java: string): Promise<void> {
  await fakeProgram(join(folder, 'bin', 'java'), java);
  await fakeProgram(
    join(folder, 'bin', 'mvn'),
    `grep -q '<version>1.38.0</version>' pom.xml || exit 1
     for arg; do case "$arg" in -DoutputDirectory=*) mkdir "\${arg#*=}"; echo jar > "\${arg#*=}/a.jar";; esac; done`,
  );
}

test('TEMPORAL_TEST_SERVER comes first', async () => {
  env.TEMPORAL_TEST_SERVER = '/opt/test-server';
  expect(await find()).toBe('/opt/test-server');
});

test('without a download it comes from Maven, and runs on Java with the arguments of the SDK', async () => {
  await fakeJavaAndMaven(`echo "$PWD $@" >> "${folder}/calls"`);
  const server = await find();
  await runToEnd({ name: 'server', command: server, args: ['12345'], env });
  const calls = await readFile(join(folder, 'calls'), 'utf8');
  expect(calls).toMatch(/time-skipping-server-1\.38\.0 .* -cp lib\/\* io\.temporal\.\S+ 12345\n$/);
  expect(await readdir(join(dirname(server), 'lib'))).toEqual(['a.jar']);
});

test('the server ends when the process that started it was killed', async () => {
  await fakeJavaAndMaven(`[ "$1" = -version ] || { echo $$ > "${folder}/pid"; exec sleep 60; }`);
  const server = await find();
  const parent = await startChild({
    name: 'a test',
    command: '/bin/sh',
    args: ['-c', `"${server}" 1; :`],
    env,
  });
  const pid = async () => Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => '0'));
  await eventually('a pid', async () => (await pid()) > 0 || undefined, 5_000);
  process.kill(parent.pid, 'SIGKILL');
  const orphan = await pid();
  await eventually('its end', async () => (await hasEnded(orphan)) || undefined, 5_000);
});

test('when nothing works the error says what was tried and what to do', async () => {
  await fakeProgram(join(folder, 'bin', 'mvn'), 'exit 1');
  await fakeProgram(join(folder, 'bin', 'java'), 'echo no Java here >&2; exit 1');
  const error = await find().catch(String);
  expect(error).toMatch(
    /download: .*Maven: java ended with exit code 1:\nno Java here.*TEMPORAL_TEST_SERVER/s,
  );
});
