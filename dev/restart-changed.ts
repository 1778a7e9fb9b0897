import { join } from 'node:path';
import { writeWorkflowBundle } from '../worker/workflow-bundle';
import { compileSource } from './compile-source';
import { importGraph } from './import-graph';
import { loadServiceCode } from './load-service-code';
import type { ServiceName, Services } from './services';
import { watchSources } from './watch-sources';

export interface RestartDeps {
  /** Of the checkout. */
  root: string;
  services: Services;
  /** Has what was bundled of unchanged modules by the build before. */
  cacheFolder: string;
  /** Gets each line for the person at the terminal. */
  say: (line: string) => void;
}

/** What each part is made of: a change of one of these files is one of the part. */
const PARTS = [
  { part: 'api', entry: 'dev/stack-api.ts' },
  { part: 'worker', entry: 'dev/stack-worker.ts' },
  { part: 'workflows', entry: 'workflows/index.ts' },
  { part: 'workflows', entry: 'workflows/context-interceptors.ts' },
  { part: 'schema', entry: 'store/migrate.ts' },
  { part: 'stack', entry: 'dev/main.ts' },
] as const;

type Part = (typeof PARTS)[number]['part'];

/**
 * From now on, a source file that is saved is compiled, and API and worker are restarted where they are made of it, on
 * the same Temporal, PostgreSQL and local Amazon. Where it has a fault that is said in one line, and what runs goes on
 * until the next save. `stop` returns when no restart is under way.
 */
export async function restartChanged(deps: RestartDeps): Promise<{ stop(): Promise<void> }> {
  const { root, say } = deps;
  const pending = new Set<string>();
  const faults = new Map<string, string>();
  let last: Promise<void> = Promise.resolve();

  const restart = async (files: readonly string[]) => {
    const begun = performance.now();
    for (const file of files) {
      pending.add(file);
      const fault = await compileSource(root, file);
      if (fault === undefined) faults.delete(file);
      else faults.set(file, fault);
    }
    if (faults.size > 0) {
      for (const fault of faults.values()) say(`${fault}. What runs stays as it was.`);
      return;
    }
    const touched = [...pending];
    const parts = await partsOf(root, touched);
    const names = await exchange(parts, deps);
    pending.clear();
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    if (names.length > 0)
      say(`Restarted ${names.join(' and ')} in ${seconds} s: ${touched.join(', ')}`);
    else if (parts.has('stack'))
      say(`${touched.join(', ')}: of what stays up, so start \`npm run dev\` again`);
  };
  const onChange = (files: string[]) => {
    last = last
      .then(() => restart(files))
      .catch((error: unknown) => say(`${firstLines(root, error)}. What ran before goes on.`));
  };
  const sourcesOf = importGraph(root);
  const made = await Promise.all(PARTS.map(({ entry }) => sourcesOf(entry)));
  const folders = made.flatMap((files) => [...files].map(topFolder));
  const watch = await watchSources({
    root,
    folders: [...new Set(['console', ...folders])],
    onChange,
  });
  return {
    async stop() {
      watch.stop();
      await last;
    },
  };
}

function topFolder(file: string): string {
  return file.split('/')[0] ?? file;
}

async function partsOf(root: string, touched: readonly string[]): Promise<Set<Part>> {
  const parts = new Set<Part>();
  const sourcesOf = importGraph(root);
  for (const { part, entry } of PARTS) {
    const made = await sourcesOf(entry);
    if (touched.some((file) => made.has(file))) parts.add(part);
  }
  // The API has read the console's files when it started.
  if (touched.some((file) => topFolder(file) === 'console')) parts.add('api');
  return parts;
}

/** Returns, in words, what was restarted. */
async function exchange(parts: ReadonlySet<Part>, deps: RestartDeps): Promise<string[]> {
  const names = new Set<ServiceName>();
  if (parts.has('api')) names.add('api');
  if (parts.has('worker') || parts.has('workflows')) names.add('worker');
  if (names.size === 0) return [];
  const code = loadServiceCode();
  if (parts.has('workflows')) {
    await writeWorkflowBundle({
      folder: join(deps.root, 'dist'),
      cache: { folder: deps.cacheFolder, readonly: true },
      report: deps.say,
    });
  }
  if (parts.has('schema')) await deps.services.migrate(code);
  await deps.services.replace(names, code);
  return [...names].map((name) => (name === 'api' ? 'the API' : 'the worker'));
}

/** What was thrown, and the first place in our own code that it came from. */
function firstLines(root: string, error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [message = ''] = error.message.split('\n');
  const frame = (error.stack ?? '').split('\n').find((line) => line.includes(join(root, 'dist')));
  const place = /dist\/([^:)]+:\d+)/.exec(frame ?? '')?.[1];
  return place === undefined ? message : `${message} (dist/${place})`;
}
