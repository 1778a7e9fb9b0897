import { join } from 'node:path';

/** `dev/` as `npm test` has built it, for a test that needs a process of its own to kill: Jest transforms no child. */
export const COMPILED_DEV = join(__dirname, '..', '..', '..', 'dist', 'dev');
