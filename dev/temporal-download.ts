import { createWriteStream } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { runToEnd } from './child-process';
import type { InstallWay, Report } from './install-once';
import { withProgress } from './with-progress';

/** Temporal's own download service, the one that its SDKs use. */
export const TEMPORAL_DOWNLOAD = 'https://temporal.download';

const DownloadInfo = z.object({ archiveUrl: z.url(), fileToExtract: z.string().min(1) });

// A network that drops packets instead of refusing them must not hold up the other ways for long.
const ANSWER_MS = 10_000;
const STALL_MS = 20_000;

/**
 * Downloads one of Temporal's programs. The SDK can do it too, but only while it starts the server, with no
 * deadline and no progress; asking the same service ourselves gives both, and one fixed version.
 */
export function temporalDownload({
  artifact,
  version,
  report,
  env,
  service = TEMPORAL_DOWNLOAD,
}: {
  artifact: 'cli' | 'temporal-test-server';
  /** Such as "v1.5.1". */
  version: string;
  report: Report;
  env: NodeJS.ProcessEnv;
  service?: string;
}): InstallWay {
  return {
    name: 'download',
    async install(work) {
      const query = new URLSearchParams({
        arch: arch() === 'x64' ? 'amd64' : arch(),
        platform: platform(),
        format: 'tar.gz',
      });
      const answer = await get(`${service}/${artifact}/${version}?${query}`, ANSWER_MS);
      const { archiveUrl, fileToExtract } = DownloadInfo.parse(await answer.json());
      report(`Downloading ${archiveUrl}`);
      const archive = join(work, 'archive.tar.gz');
      await save(archiveUrl, archive, report);
      await runToEnd({
        name: 'tar',
        command: 'tar',
        args: ['-xzf', archive, '-C', work, fileToExtract],
        env,
      });
      return join(work, fileToExtract);
    },
  };
}

async function get(url: string, ms: number, signal = AbortSignal.timeout(ms)): Promise<Response> {
  const answer = await fetch(url, { signal }).catch((error: unknown) => {
    // fetch says no more than "fetch failed"; what failed is in the cause.
    const told = typeof error === 'object' && error !== null && 'cause' in error;
    throw new Error(String(told ? error.cause : error), { cause: error });
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}

async function save(url: string, path: string, report: Report): Promise<void> {
  const stalled = new AbortController();
  const stall = setTimeout(
    () => stalled.abort(new Error(`no data for ${STALL_MS / 1000} s`)),
    STALL_MS,
  );
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      stall.refresh();
      done(null, chunk);
    },
  });
  try {
    const { body } = await get(url, STALL_MS, stalled.signal);
    if (body === null) throw new Error(`${url} answered without a body`);
    await withProgress(
      report,
      (seconds) => `  ${seconds} s: ${Math.round(bytes / 1e6)} MB`,
      pipeline(Readable.fromWeb(body), counted, createWriteStream(path), {
        signal: stalled.signal,
      }),
    );
  } finally {
    clearTimeout(stall);
  }
}
