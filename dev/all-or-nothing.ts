/** What stops each part that has been started, in the order of their starts. */
export type Stops = (() => Promise<unknown>)[];

/**
 * Starts something of several parts, which notes in `stops` how each is stopped. `stop` stops them, the last one first;
 * when `start` throws, it is called before this throws the same.
 */
export async function allOrNothing<Started>(
  start: (stops: Stops, stop: () => Promise<void>) => Promise<Started>,
): Promise<Started> {
  const stops: Stops = [];
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne();
  };
  try {
    return await start(stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}
