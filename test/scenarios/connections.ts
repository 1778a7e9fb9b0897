import { z } from 'zod';
import { currentConnections, disconnect } from '../../store/connections';
import { expectMatch, expectThat } from './expect-match';
import { type Scenario, SMALL_SELLER } from './scenario';
import type { ScenarioWorld } from './scenario-world';

export const CONNECTIONS: Scenario[] = [
  {
    name: 'reconnect as another seller',
    given: { sellers: [SMALL_SELLER, { ...SMALL_SELLER, seed: 5 }] },
    async run(world) {
      const [first, second] = world.sellers(2);
      if (first === undefined || second === undefined) return;
      await world.completeSync();
      await world.expectRows({ sellers: [first] });
      await world.service.user(second, world.user.userId);
      expectMatch(await totals(world), [0, 0, 0], 'rows that are shown of another seller');
      await world.completeSync();
      await world.expectRows({ sellers: [second] });
      await world.service.user(first, world.user.userId);
      expectMatch(await totals(world), [0, 0, 0], 'rows that are shown of another seller');
      await world.completeSync();
      await world.expectRows({ sellers: [first] });
    },
  },
  {
    name: 'disconnect during a sync',
    given: { clockSpeed: 60 },
    async run(world) {
      const { service, user } = world;
      const syncId = await world.start();
      await world.until('first orders', async () => (await totals(world))[0] !== 0);
      const [connection] = await currentConnections(service.db, user.userId);
      if (connection === undefined) throw new Error('The user is not connected');
      await disconnect(service.db, connection.id, new Date(world.calendar.now()));
      const status = await world.ended(syncId);
      expectMatch(status.resources.orders, {
        state: 'failed',
        error: { type: 'amazon_not_connected' },
      });
      await world.expectRefused({ error: 'amazon_not_connected' });
      expectMatch(await totals(world), [0, 0, 0], 'rows that are shown without a connection');
      // Connected again, the same seller begins anew.
      await service.user(world.seller, user.userId);
      await world.completeSync();
      await world.expectRows();
    },
  },
];

const Total = z.object({ total: z.number() });

/** What the user can read: so many orders, stock and claims. */
async function totals(world: ScenarioWorld): Promise<number[]> {
  return Promise.all(
    ['orders', 'inventory', 'claims'].map(async (list) => {
      const answer = await world.answered(() =>
        world.user.client.get(`/api/v1/integrations/amazon/${list}?limit=1`),
      );
      expectThat(answer.status === 200, `${list} to be readable`, answer);
      return Total.parse(answer.body).total;
    }),
  );
}
