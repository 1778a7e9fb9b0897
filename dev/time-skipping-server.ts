import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from './child-process';
import { findProgram } from './find-program';
import { type InstallWay, installOnce, type Report } from './install-once';
import { temporalDownload } from './temporal-download';
import { userCache } from './user-cache';
import { withProgress } from './with-progress';

const VERSION = '1.38.0';

const ADVICE = `Install Java and Maven (https://maven.apache.org/install.html),
or set TEMPORAL_TEST_SERVER to the path of a Temporal test server.`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>time-skipping-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${VERSION}</version>
    </dependency>
    <!-- Without a logger slf4j complains on every start. -->
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

// A server lives as long as one test file: the first compiler tier and the simplest collector use the least
// of the two cores and the memory that the tests share.
const JAVA = `java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xmx256m \\
  -cp 'lib/*' io.temporal.testserver.TestServer`;

/**
 * The SDK starts an existing server as `<path> <port>` and kills it by its process id: hence `exec`, and no
 * `--enable-time-skipping`, with which the server starts unlocked beside the SDK's own lock and unlock and runs
 * straight into the workflow's execution timeout. The loop ends the server when the process that started
 * it was killed and could not.
 */
const runScript = (server: string): string => `#!/bin/sh
cd "$(dirname "$0")" || exit 1
(
  while kill -0 "$PPID"; do kill -0 $$ || exit; sleep 1; done
  kill -s KILL $$
) </dev/null >/dev/null 2>&1 &
exec ${server} "$@"
`;

/**
 * Path of a Temporal test server that skips time, to be given to `TestWorkflowEnvironment.createTimeSkipping`
 * as `existing-path`: `TEMPORAL_TEST_SERVER`, else the user cache, which is filled once by a download or, where
 * that is impossible, from Maven (half a minute; it then runs on Java). Throws when there is none to be had.
 */
export async function timeSkippingServer({
  env,
  report,
  downloads,
}: {
  env: NodeJS.ProcessEnv;
  report: Report;
  /** The download service, if not Temporal's own. */
  downloads?: string;
}): Promise<string> {
  if (env.TEMPORAL_TEST_SERVER) return env.TEMPORAL_TEST_SERVER;
  const target = join(userCache(env), `time-skipping-server-${VERSION}`);
  const ways = [fromDownload(env, report, downloads), fromMaven(env, report)];
  await installOnce({ target, what: 'time-skipping test server', ways, advice: ADVICE, report });
  return join(target, 'run');
}

function fromDownload(env: NodeJS.ProcessEnv, report: Report, service?: string): InstallWay {
  const artifact = 'temporal-test-server';
  const download = temporalDownload({ artifact, version: `v${VERSION}`, report, env, service });
  return {
    name: download.name,
    async install(work) {
      const kept = join(work, 'kept');
      await mkdir(kept);
      await rename(await download.install(work), join(kept, artifact));
      await chmod(join(kept, artifact), 0o755);
      return withScript(kept, `./${artifact}`);
    },
  };
}

const fromMaven = (env: NodeJS.ProcessEnv, report: Report): InstallWay => ({
  name: 'Maven',
  async install(work) {
    const maven = await findProgram('mvn', env);
    if (maven === undefined) throw new Error('there is no `mvn` on the PATH');
    // macOS has a `java` that only says that there is no Java.
    await runToEnd({ name: 'java', command: 'java', args: ['-version'], env });
    report(`Fetching Temporal's time-skipping test server with Maven. This happens once.`);
    const kept = join(work, 'kept');
    await mkdir(kept);
    await writeFile(join(work, 'pom.xml'), POM);
    let files = 0;
    const fetched = runToEnd({
      name: 'mvn',
      command: maven,
      args: [
        '-B',
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${join(kept, 'lib')}`,
      ],
      env,
      cwd: work,
      onLine(line) {
        if (line.includes('Downloaded from')) files += 1;
      },
    });
    await withProgress(report, (seconds) => `  ${seconds} s: ${files} files fetched`, fetched);
    return withScript(kept, JAVA);
  },
});

async function withScript(folder: string, server: string): Promise<string> {
  await writeFile(join(folder, 'run'), runScript(server), { mode: 0o755 });
  return folder;
}
