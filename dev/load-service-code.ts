import { join, sep } from 'node:path';
import type { ServiceCode } from './service-code';

/** All that was compiled. */
const COMPILED = join(__dirname, '..') + sep;

/**
 * Loads API and worker from their compiled files as these are now. What was loaded before shares no module with it and
 * can go on. Throws what the files throw.
 */
export function loadServiceCode(): ServiceCode {
  for (const path of Object.keys(require.cache)) {
    if (path.startsWith(COMPILED)) delete require.cache[path];
  }
  const loaded: typeof import('./service-code') = require('./service-code');
  return loaded.SERVICE_CODE;
}
