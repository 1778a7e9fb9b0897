import { errorCode } from './error-code';

/** For `catch` of what reads a file or folder: undefined where there is none. Throws any other error again. */
export function absent(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined;
  throw error;
}
