/** Ends what `jest-global-setup` started. */
async function stopTestServers(): Promise<void> {
  await globalThis.stopTestServers?.();
}

export = stopTestServers;
