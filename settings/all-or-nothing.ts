/** What stops each part that has been started, in the order of their starts. */
export type Stops = (() => Promise<unknown>)[];

/**
 * Starts something of several parts, which notes in `stops` how each is stopped. `stop` stops them, the last one first;
 * when `start` throws, they are stopped before this throws the same.
 */
export async function allOrNothing<Started>(
  start: (stops: Stops, stop: () => Promise<void>) => Promise<Started>,
): Promise<Started> {
  const stops: Stops = [];
  const stop = async () => {
    for (let last = stops.pop(); last !== undefined; last = stops.pop()) await last();
  };
  try {
    return await start(stops, stop);
  } catch (error) {
    // A part that cannot be stopped neither hides why nor leaves the others open.
    while (stops.length > 0) await stop().catch(() => undefined);
    throw error;
  }
}
