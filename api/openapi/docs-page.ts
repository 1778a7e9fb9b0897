import { join } from 'node:path';
import { PAGE_HEADERS } from '../security-headers';
import { readStaticFile, type StaticFile, type StaticFiles, staticFile } from '../static-files';

/** No script or style stands in the page, so none that somebody brings in runs. Swagger UI has its icons as data. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Relative, for where the service is reached under a path. Without a validator: that would be a foreign server. */
const START = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
`;

/** Browsers keep it for a year: its address changes with its content. */
function kept(name: string, file: StaticFile): { url: string; file: StaticFile } {
  const version = file.etag.slice(1, 13);
  const headers = { 'Cache-Control': 'public, max-age=31536000, immutable' };
  return { url: `docs/${version}/${name}`, file: { ...file, headers } };
}

/**
 * The page at /docs that shows the OpenAPI document, with all it loads. Nothing comes from elsewhere; of Swagger UI's
 * package, ten times as large, only two files are there.
 */
export async function readDocsPage(): Promise<StaticFiles> {
  const folder = join(require.resolve('swagger-ui-dist/package.json'), '..');
  const css = kept('swagger-ui.css', await readStaticFile(join(folder, 'swagger-ui.css')));
  const bundle = kept(
    'swagger-ui-bundle.js',
    await readStaticFile(join(folder, 'swagger-ui-bundle.js')),
  );
  const start = kept('start.js', staticFile(Buffer.from(START), 'text/javascript; charset=utf-8'));
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API of the Amazon sync service</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${css.url}">
<main id="docs"></main>
<noscript>This page needs JavaScript. The document itself is at <a href="openapi.json">openapi.json</a>.</noscript>
<script src="${bundle.url}"></script>
<script src="${start.url}"></script>
</html>
`;
  const page = staticFile(Buffer.from(html), 'text/html; charset=utf-8', {
    'Content-Security-Policy': POLICY,
    ...PAGE_HEADERS,
  });
  return new Map([
    ['/docs', page],
    ...[css, bundle, start].map(({ url, file }) => [`/${url}`, file] as const),
  ]);
}
