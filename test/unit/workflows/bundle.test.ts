import { readFile } from 'node:fs/promises';
import { testServer } from '../../test-servers';

test('workflows bring no schema library, which every run would evaluate and hold for itself', async () => {
  const bundle = await readFile(testServer('TEST_WORKFLOW_BUNDLE'), 'utf8');
  expect(bundle).toContain('node_modules/@temporalio/workflow/');
  expect(bundle).not.toContain('node_modules/zod/');
});
