/** `sync_<user>_<epoch ms>`: what a frontend calls one accepted start. Always safe in a URL path. */
export function syncIdOf(userKey: string, startedAtMs: number): string {
  return `sync_${userKey}_${startedAtMs}`;
}

/** Whether the id was made for this user. It need not exist; a foreign or malformed id never passes. */
export function isSyncIdOf(userKey: string, syncId: string): boolean {
  const prefix = `sync_${userKey}_`;
  return syncId.startsWith(prefix) && /^\d{1,16}$/.test(syncId.slice(prefix.length));
}
