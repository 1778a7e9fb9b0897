import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWithGo } from './build-with-go';
import { runToEnd } from './child-process';
import { findProgram } from './find-program';
import { type InstallWay, installOnce, type Report } from './install-once';
import { temporalDownload } from './temporal-download';
import { userCache } from './user-cache';

// The newest that `go install` accepts: the go.mod of later tags has replace directives, which it refuses.
const VERSION = 'v1.5.1';

const ADVICE = `Install the Temporal CLI (https://docs.temporal.io/cli) or Go (https://go.dev/dl),
or set TEMPORAL_CLI to the path of a Temporal CLI.`;

/**
 * Path of a Temporal CLI that can run a development server: `TEMPORAL_CLI`, else `temporal` on the PATH, else
 * the user cache, which is filled once by a download or, where that is impossible, by a build with Go (about
 * five minutes). Throws when there is none to be had, or when TEMPORAL_CLI names one that does not work.
 */
export async function temporalBinary({
  env,
  report,
  downloads,
}: {
  env: NodeJS.ProcessEnv;
  report: Report;
  /** The download service, if not Temporal's own. */
  downloads?: string;
}): Promise<string> {
  if (env.TEMPORAL_CLI) {
    await checkDevServer(env.TEMPORAL_CLI, env).catch((cause: unknown) => {
      throw new Error(`TEMPORAL_CLI cannot run a development server. ${String(cause)}`, { cause });
    });
    return env.TEMPORAL_CLI;
  }
  const onPath = await findProgram('temporal', env);
  if (onPath !== undefined) {
    try {
      await checkDevServer(onPath, env);
      return onPath;
    } catch (error) {
      report(`Passing over ${onPath}: it cannot run a development server (${String(error)})`);
    }
  }
  const target = join(userCache(env), `temporal-${VERSION}`);
  const fetched = temporalDownload({
    artifact: 'cli',
    version: VERSION,
    report,
    env,
    service: downloads,
  });
  const built = buildWithGo({
    what: `Temporal ${VERSION}`,
    takes: 'about five minutes',
    packages: [`github.com/temporalio/cli/cmd/temporal@${VERSION}`],
    env,
    report,
    keep: async (folder) => join(folder, 'temporal'),
  });
  await installOnce({
    target,
    what: 'Temporal CLI',
    ways: [fetched, built].map((way) => checked(way, env)),
    advice: ADVICE,
    report,
  });
  return target;
}

/** Older CLIs, and other programs of that name, have no development server. */
const checkDevServer = (path: string, env: NodeJS.ProcessEnv): Promise<void> =>
  runToEnd({ name: path, command: path, args: ['server', 'start-dev', '--help'], env });

const checked = ({ name, install }: InstallWay, env: NodeJS.ProcessEnv): InstallWay => ({
  name,
  async install(work) {
    const path = await install(work);
    await chmod(path, 0o755);
    await checkDevServer(path, env);
    return path;
  },
});
