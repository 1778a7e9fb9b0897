import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSettingsTable } from '../../../dev/settings-markdown';

const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'configuration.md'), 'utf8');

test('docs/configuration.md has every setting as it is: `npm run docs` writes them', () => {
  expect(page).toBe(withSettingsTable(page));
});

test('the table is what the schemas say: default, process, and which may be given as a file', () => {
  const rows = page.replaceAll(/ +\|/g, ' |').split('\n');
  expect(rows).toContainEqual(
    expect.stringMatching(/^\| `DATABASE_URL` \(F\) \| both \| required \| `postgres:/),
  );
  expect(rows).toContainEqual(
    expect.stringMatching(/^\| `PORT` \| API \| `3000` \| .*; 0 to 65535 \|$/),
  );
  expect(rows).toContainEqual(expect.stringMatching(/^\| `WORKER_BUILD_ID` \| worker \| none \| /));
  expect(rows).toContainEqual(expect.stringMatching(/^\| `ALLOWED_ORIGINS` \| API \| none \| /));
});
