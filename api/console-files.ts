import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PAGE_HEADERS } from './security-headers';
import { readStaticFile, type StaticFile, type StaticFiles, staticFile } from './static-files';

export interface ConsoleOptions {
  /** The folder with the compiled console: `dist/browser`. */
  folder: string;
  /** Where people sign in. */
  frontendUrl: string;
  /** Whether the console offers a sign-in of its own, as the embedded stack has one. */
  offersSignIn: boolean;
  /** Temporal's list of runs, where whoever sees the console may see that too: in a development stack. */
  runsUrl?: string;
}

/** What `import` finds in the page: modules of this package's dependencies, by the names they have there. */
const LIBRARIES = {
  preact: 'preact/dist/preact.mjs',
  'preact/hooks': 'preact/hooks/dist/hooks.mjs',
  'preact/jsx-runtime': 'preact/jsx-runtime/dist/jsxRuntime.mjs',
} as const;

/** All paths that are the page: Amazon's consent returns to the last two. */
const PAGES = ['/', '/sync', '/oauth/callback'];

/** Modules that the console shares with the service. */
const SHARED = ['contract/connect-errors.js', 'contract/marketplaces.js', 'contract/resources.js'];

/**
 * The console: one page, its style, its modules and the libraries they import. Throws where something is missing,
 * so that a package that was built wrongly does not start.
 */
export async function readConsole(options: ConsoleOptions): Promise<StaticFiles> {
  const { folder } = options;
  const own = (await readdir(join(folder, 'console'))).filter((name) =>
    /\.(js|css|svg)$/.test(name),
  );
  const paths = [...own.map((name) => `console/${name}`), ...SHARED];
  const files = new Map<string, StaticFile>();
  for (const path of paths) files.set(`/assets/${path}`, await readStaticFile(join(folder, path)));
  for (const [name, path] of Object.entries(LIBRARIES)) {
    files.set(libraryUrl(path), await readStaticFile(libraryFile(name, path)));
  }
  const page = await readPage(options);
  for (const path of PAGES) files.set(path, page);
  return files;
}

function libraryUrl(path: string): string {
  return `/assets/libraries/${path}`;
}

/** npm may have put a package beside this one; Node knows where. The names lead to CommonJS or not: both stand there. */
function libraryFile(name: string, path: string): string {
  const [packageName = name] = name.split('/');
  const manifest = require.resolve(`${packageName}/package.json`);
  return join(manifest, '..', '..', path);
}

async function readPage({
  folder,
  frontendUrl,
  offersSignIn,
  runsUrl = '',
}: ConsoleOptions): Promise<StaticFile> {
  const importMap = JSON.stringify({
    imports: Object.fromEntries(
      Object.entries(LIBRARIES).map(([name, path]) => [name, libraryUrl(path)]),
    ),
  });
  const template = await readFile(join(folder, 'console', 'index.html'), 'utf8');
  const html = template
    .replace('<!-- import map -->', () => `<script type="importmap">${importMap}</script>`)
    .replace('data-frontend-url=""', () => `data-frontend-url="${attribute(frontendUrl)}"`)
    .replace('data-runs-url=""', () => `data-runs-url="${attribute(runsUrl)}"`)
    .replace('data-sign-in=""', `data-sign-in="${offersSignIn ? 'here' : 'elsewhere'}"`);
  return staticFile(Buffer.from(html), 'text/html; charset=utf-8', {
    'Content-Security-Policy': policyOf(importMap),
    ...PAGE_HEADERS,
  });
}

/** The import map has to stand in the page; its hash allows this one script and no other. */
function policyOf(importMap: string): string {
  const hash = createHash('sha256').update(importMap).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
