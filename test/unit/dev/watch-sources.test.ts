import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SourceWatch, watchSources } from '../../../dev/watch-sources';
import { eventually } from '../../eventually';

let root: string;
let watch: SourceWatch;
let changed: Set<string>;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'amazon-sync-watch-'));
  await mkdir(join(root, 'api', 'routes'), { recursive: true });
  await mkdir(join(root, 'other'));
  await writeFile(join(root, 'api', 'routes', 'one.ts'), 'one');
  changed = new Set();
  watch = await watchSources({
    root,
    folders: ['api'],
    onChange: (files) => {
      for (const file of files) changed.add(file);
    },
  });
});
afterEach(async () => {
  watch.stop();
  await rm(root, { recursive: true, force: true });
});

const told = (file: string) =>
  eventually(`a change of ${file}`, () => changed.delete(file) || undefined);

test('a file that another takes the place of, time and again, is told', async () => {
  for (const content of ['two', 'three']) {
    await writeFile(join(root, 'api', 'routes', '.one.ts.swp'), content);
    await rename(join(root, 'api', 'routes', '.one.ts.swp'), join(root, 'api', 'routes', 'one.ts'));
    await told('api/routes/one.ts');
  }
  await rm(join(root, 'api', 'routes', 'one.ts'));
  await told('api/routes/one.ts');
});

test('folders that come later are watched too', async () => {
  await mkdir(join(root, 'api', 'late'));
  await writeFile(join(root, 'api', 'late', 'first.ts'), '1');
  await told('api/late/first.ts');
  await writeFile(join(root, 'api', 'late', 'second.ts'), '2');
  await told('api/late/second.ts');
});

test('what is not source, is elsewhere or is saved as it was, is no change', async () => {
  await writeFile(join(root, 'other', 'far.ts'), 'far');
  await writeFile(join(root, 'api', 'notes.txt'), 'notes');
  await utimes(join(root, 'api', 'routes', 'one.ts'), 1, 1);
  // What is told of the same folders afterwards is all there is to tell.
  await writeFile(join(root, 'api', 'last.ts'), 'last');
  await writeFile(join(root, 'api', 'routes', 'last.ts'), 'last');
  await told('api/last.ts');
  await told('api/routes/last.ts');
  expect(changed).toEqual(new Set());
});
