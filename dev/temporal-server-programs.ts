import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from './child-process';
import { findProgram } from './find-program';
import { type InstallWay, installOnce, type Report } from './install-once';
import { userCache } from './user-cache';
import { withProgress } from './with-progress';

// That of docker-compose.yml.
const VERSION = 'v1.29.1';

const MODULE = 'go.temporal.io/server';

const ADVICE = 'Install Go (https://go.dev/dl), of which a version from 2025 or later builds them.';

/** What `go install` calls its results, and what Temporal's images call the same. */
const PROGRAMS = { server: 'temporal-server', sql: 'temporal-sql-tool' };

/**
 * The folder with `temporal-server` and `temporal-sql-tool`, as Temporal's images have them: in the user cache, which is
 * filled once by a build with Go (one minute to three). Throws when that fails.
 */
export async function temporalServerPrograms({
  env,
  report,
}: {
  env: NodeJS.ProcessEnv;
  report: Report;
}): Promise<string> {
  const target = join(userCache(env), `temporal-server-${VERSION}`);
  const ways = [buildWithGo(env, report)];
  await installOnce({ target, what: 'Temporal server', ways, advice: ADVICE, report });
  return target;
}

const buildWithGo = (env: NodeJS.ProcessEnv, report: Report): InstallWay => ({
  name: 'build with Go',
  async install(work) {
    const go = await findProgram('go', env);
    if (go === undefined) throw new Error('there is no `go` on the PATH');
    report(`Building the Temporal server ${VERSION} with Go. This happens once.`);
    let packages = 0;
    const build = runToEnd({
      name: 'go install',
      command: go,
      // -v prints each package as it is compiled, so that there is progress to show.
      args: ['install', '-v', ...['cmd/server', 'cmd/tools/sql'].map(packageOf)],
      env: { ...env, GOBIN: work },
      onLine(line) {
        if (!line.includes(' ')) packages += 1;
      },
    });
    await withProgress(report, (seconds) => `  ${seconds} s: ${packages} packages compiled`, build);
    const kept = join(work, 'kept');
    await mkdir(kept);
    for (const [built, name] of Object.entries(PROGRAMS)) {
      await rename(join(work, built), join(kept, name));
    }
    return kept;
  },
});

const packageOf = (path: string): string => `${MODULE}/${path}@${VERSION}`;
