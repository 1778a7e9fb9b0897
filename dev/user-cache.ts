import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of this user for programs that are fetched or built once and shared by all checkouts. */
export function userCache(env: NodeJS.ProcessEnv, platform = process.platform): string {
  const home = env.HOME || homedir();
  const caches =
    env.XDG_CACHE_HOME ||
    (platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'));
  return join(caches, 'amazon-sync-service');
}
