import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundleOptions, bundleWorkflowCode } from '@temporalio/worker';

/** What was made of unchanged modules before. */
export interface BundleCache {
  folder: string;
  /** Whether it is left as it is: to bring it up to date takes a third of a second. */
  readonly: boolean;
}

/** What is bundled: of a build, or of the sources it is made from. */
export const workflowModules = (folder: string, extension: '.js' | '.ts') => ({
  workflowsPath: join(folder, 'workflows', `index${extension}`),
  workflowInterceptorModules: [join(folder, 'workflows', `context-interceptors${extension}`)],
});

/**
 * Writes the workflows of a build as one file, so that a worker starts without bundling. `folder` is that of the build.
 * With a cache it takes less than a second instead of three; places in our own code are then told by their lines, without
 * columns, and those in packages by the bundle's: for development. Rejects, after `report` got what is wrong.
 */
export async function writeWorkflowBundle({
  folder,
  cache,
  report,
}: {
  folder: string;
  cache?: BundleCache;
  report: (message: string) => void;
}): Promise<void> {
  const { code } = await bundleWorkflowCode({
    ...workflowModules(folder, '.js'),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: report, error: report },
    ...(cache !== undefined && { webpackConfigHook: cachedIn(cache) }),
  });
  await writeFile(join(folder, 'workflow-bundle.js'), code);
}

function cachedIn({ folder, readonly }: BundleCache): BundleOptions['webpackConfigHook'] {
  return (config) => ({
    ...config,
    // Half of the time goes into telling places, most of them in the SDK.
    devtool: 'inline-cheap-module-source-map',
    plugins: [...(config.plugins ?? []), leavePackagesUnmapped],
    cache: {
      type: 'filesystem',
      cacheDirectory: folder,
      readonly,
      // What was made by other rules than these and the SDK's is made anew.
      buildDependencies: { rules: [__filename] },
    },
  });
}

type Config = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
type Plugin = Extract<NonNullable<Config['plugins']>[number], (...args: never) => unknown>;

const leavePackagesUnmapped: Plugin = (compiler) => {
  const name = 'leavePackagesUnmapped';
  compiler.hooks.compilation.tap(name, ({ hooks }) => {
    // After the one that has all of them mapped.
    hooks.buildModule.tap({ name, stage: 1 }, (module) => {
      if (module.nameForCondition()?.includes('/node_modules/')) module.useSourceMap = false;
    });
  });
};
