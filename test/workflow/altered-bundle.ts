import { readFile } from 'node:fs/promises';
import { testServer } from '../test-servers';

/**
 * The workflows with a change in their code, as a deployment might bring it. Throws unless the text to replace is
 * there exactly once, so that a test never passes on code that it did not change.
 */
export async function alteredBundle(text: string, replacement: string): Promise<{ code: string }> {
  const code = await readFile(testServer('TEST_WORKFLOW_BUNDLE'), 'utf8');
  const parts = code.split(text);
  if (parts.length !== 2) throw new Error(`${text} is ${parts.length - 1} times in the bundle`);
  return { code: parts.join(replacement) };
}
