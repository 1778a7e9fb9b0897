import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ENDINGS, writeHistory } from './histories';
import { openRealWorld } from './real-activities';
import { RECORDED_SYNCS } from './recorded-syncs';
import { realServer } from './temporal-servers';

// Records the histories that `replay.test.ts` replays. Not one of the tests: run it by hand when a change of the
// workflow is one that no running sync has to survive, and commit what it writes.
//
//     npx jest --testMatch '<rootDir>/test/workflow/record-histories.ts'

test.each(ENDINGS)('records a %s sync', async (ending) => {
  const [server, world] = await Promise.all([realServer(), openRealWorld()]);
  try {
    await mkdir(join(__dirname, 'histories'), { recursive: true });
    const { history } = await RECORDED_SYNCS[ending](server, world);
    await writeHistory(ending, history);
  } finally {
    await server.teardown();
    await world.close();
  }
});
