import { USAGE_PLANS } from '../../../amazon/usage-plans';
import { createBuckets } from '../../../bench/simulation/buckets';
import { createRandom } from '../../../sandbox/random';
import { reserve } from '../../../store/quota-buckets';
import { bucketOf, NOW_MS } from '../store/quota-bucket';
import { connected } from '../store/stored-things';
import { type TestDatabase, testDatabase } from '../store/test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());

test.each(['createReport', 'getInventorySummaries'] as const)(
  'the simulation gives the turns of %s that PostgreSQL gives',
  async (operation) => {
    const { perSecond, burst } = USAGE_PLANS[operation];
    const connectionId = await connected(database.db, `user-of-${operation}`);
    const bucket = bucketOf(connectionId, perSecond, burst - 1);
    const simulated = createBuckets(1);
    const random = createRandom(operation);
    let elapsed = 0;
    for (let asked = 0; asked < 100; asked += 1) {
      if (random.chance(0.4)) elapsed += Math.round((random.next() * 1_500) / perSecond);
      const real = await reserve(database.db, bucket, NOW_MS + elapsed);
      const turn = simulated.reserve(0, operation, elapsed);
      if (real.kind === 'ask_again') expect(turn).toBeNull();
      else expect(turn).toBeCloseTo(real.at - NOW_MS, 0);
    }
  },
);
