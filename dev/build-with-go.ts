import { runToEnd } from './child-process';
import { findProgram } from './find-program';
import type { InstallWay, Report } from './install-once';
import { withProgress } from './with-progress';

export interface GoBuild {
  /** What is told to be built, such as "Temporal v1.5.1". */
  what: string;
  /** How long it takes, such as "about five minutes". */
  takes: string;
  /** Each with its version. */
  packages: readonly string[];
  env: NodeJS.ProcessEnv;
  report: Report;
  /** Gets the folder with the programs; returns the path in it that is to be kept. */
  keep: (built: string) => Promise<string>;
}

/** Gets programs by building their packages with Go, with its progress shown. Fails where there is no `go` on the PATH. */
export function buildWithGo({ what, takes, packages, env, report, keep }: GoBuild): InstallWay {
  return {
    name: 'build with Go',
    async install(work) {
      const go = await findProgram('go', env);
      if (go === undefined) throw new Error('there is no `go` on the PATH');
      report(`Building ${what} with Go. This happens once and takes ${takes}.`);
      let fetched = 0;
      let compiled = 0;
      const build = runToEnd({
        name: 'go install',
        command: go,
        // -v prints each package as it is compiled, so that there is progress to show.
        args: ['install', '-v', ...packages],
        env: { ...env, GOBIN: work },
        onLine(line) {
          if (line.startsWith('go: downloading ')) fetched += 1;
          else if (!line.includes(' ')) compiled += 1;
        },
      });
      await withProgress(
        report,
        (seconds) => `  ${seconds} s: ${fetched} modules fetched, ${compiled} packages compiled`,
        build,
      );
      return keep(work);
    },
  };
}
