import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Options } from '@swc/core';
import { absent } from './absent';
import { errorCode } from './error-code';

interface Output {
  /** Below the root of the checkout. */
  path: string;
  module: 'commonjs' | 'es6';
}

/**
 * Brings what was built of one source file up to date, as `npm run build` would, or takes it away when the file is gone.
 * `file` is a path below `root`. Returns what is wrong with its syntax, in one line with file and line, and leaves what
 * was built before as it was then; undefined where all is well. Types are not looked at.
 */
export async function compileSource(root: string, file: string): Promise<string | undefined> {
  const outputs = outputsOf(file);
  const text = await readFile(join(root, file), 'utf8').catch(absent);
  if (text === undefined) {
    for (const { path } of outputs) await rm(join(root, path), { force: true });
    return undefined;
  }
  if (!isScript(file)) {
    for (const { path } of outputs) await copyFile(join(root, file), join(root, path));
    return undefined;
  }
  for (const output of outputs) {
    const fault = await writeCompiled(root, file, text, output);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isScript(file: string): boolean {
  return /\.tsx?$/.test(file);
}

function outputsOf(file: string): Output[] {
  const compiled = file.replace(/\.tsx?$/, '.js');
  const forBrowser: Output = { path: join('dist', 'browser', compiled), module: 'es6' };
  if (file.startsWith('console/')) return [forBrowser];
  const forNode: Output = { path: join('dist', compiled), module: 'commonjs' };
  // The console imports some of it; what it does not is never asked for.
  return file.startsWith('contract/') ? [forNode, forBrowser] : [forNode];
}

async function writeCompiled(
  root: string,
  file: string,
  text: string,
  { path, module }: Output,
): Promise<string | undefined> {
  // Loaded by the first change, so that a start does not wait for it.
  const { transform } = await import('@swc/core');
  const target = join(root, path);
  try {
    const { code, map = '' } = await transform(text, {
      ...optionsFor(file, module),
      filename: join(root, file),
      sourceFileName: relative(dirname(target), join(root, file)),
    });
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.map`, map);
    await writeFile(target, `${code}\n//# sourceMappingURL=${basename(target)}.map\n`);
    return undefined;
  } catch (error) {
    if (errorCode(error) !== 'GenericFailure') throw error;
    return faultOf(file, String(error));
  }
}

/** The compiler's own types lack what it knows of extensions. */
type Jsc = NonNullable<Options['jsc']> & { rewriteRelativeImportExtensions: boolean };

/** What tsconfig.json and console/tsconfig.json say, in the compiler's words. */
function optionsFor(file: string, module: Output['module']): Options {
  const jsc: Jsc = {
    target: 'es2023',
    parser: { syntax: 'typescript', tsx: file.endsWith('.tsx') },
    transform: {
      verbatimModuleSyntax: module === 'es6',
      react: { runtime: 'automatic', importSource: 'preact' },
    },
    rewriteRelativeImportExtensions: module === 'es6',
  };
  return {
    swcrc: false,
    configFile: false,
    sourceMaps: true,
    isModule: true,
    module: { type: module },
    jsc,
  };
}

/** The compiler draws a picture of several lines; the first says what, the next one where. */
function faultOf(file: string, picture: string): string {
  const what = /[x×]\s+(.+)/.exec(picture)?.[1] ?? 'cannot be compiled';
  const line = /\[[^\]\n]+:(\d+):\d+\]/.exec(picture)?.[1];
  return `${file}${line === undefined ? '' : `:${line}`}: ${what}`;
}
