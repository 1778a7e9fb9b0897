import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWithGo } from './build-with-go';
import { installOnce, type Report } from './install-once';
import { userCache } from './user-cache';

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
  const built = buildWithGo({
    what: `the Temporal server ${VERSION}`,
    takes: 'one minute to three',
    packages: ['cmd/server', 'cmd/tools/sql'].map((path) => `${MODULE}/${path}@${VERSION}`),
    env,
    report,
    keep: named,
  });
  await installOnce({ target, what: 'Temporal server', ways: [built], advice: ADVICE, report });
  return target;
}

async function named(folder: string): Promise<string> {
  const kept = join(folder, 'kept');
  await mkdir(kept);
  for (const [built, name] of Object.entries(PROGRAMS)) {
    await rename(join(folder, built), join(kept, name));
  }
  return kept;
}
