import { endOf, toJson, writeHistory } from './histories';
import { openRealWorld } from './real-activities';
import { RECORDED_RUNS } from './recorded-runs';
import { realServer } from './temporal-servers';

// Records the histories that `replay.test.ts` replays: `npm run record-histories`, see docs/workflows.md. Not one of
// the tests, though Jest runs it.

test.each(Object.entries(RECORDED_RUNS))('records %s', async (name, { ends, record }) => {
  const [server, world] = await Promise.all([realServer(), openRealWorld()]);
  try {
    const { history } = await record(server, world);
    expect(endOf(toJson(history))).toBe(ends);
    await writeHistory(name, history);
  } finally {
    await server.teardown();
    await world.close();
  }
});
