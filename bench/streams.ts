import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { withGrowth } from '../dev/memory-of';
import { type BenchUser, type BenchWorld, SLOW_REPORTS } from './bench-world';
import { type Benchmark, expect, plain } from './benchmark';
import { startSync } from './sync-requests';

const LISTENERS = 2_000;
const USERS = 20;

/** Until what was allocated at once is collected again, and every listener has had several statuses. */
const LISTEN_MS = 10_000;

export const STREAMS: Benchmark[] = [
  {
    figures: [
      {
        name: 'apiMemory',
        says: `growth of the API with ${LISTENERS.toLocaleString('en-US')} listeners to events, MB`,
        target: { atMost: 100 },
      },
    ],
    async run({ world: startWorld }) {
      const world = await startWorld(SLOW_REPORTS);
      await world.service.spawnWorker();
      const seller = await world.newSeller({ size: { orders: 1, skus: 1, claims: 0 } });
      const users = await world.users(USERS, seller);
      const watched: { user: BenchUser; syncId: string }[] = [];
      for (const user of users) watched.push({ user, syncId: await startSync(user) });
      // What the API needs once for streams is there after the first.
      const warm = await listen(world, watched.slice(0, 1));
      for (const one of warm) one.leave();
      const all = Array.from({ length: LISTENERS }, (_, index) => watched[index % USERS]);
      const { result: listeners, growth } = await withGrowth(world.apiPid, async () => {
        const listening = await listen(
          world,
          all.filter((one) => one !== undefined),
        );
        await setTimeout(LISTEN_MS);
        return listening;
      });
      for (const one of listeners) {
        expect(one.messages() > 0 && !one.isOver(), 'a listener that is told', one.messages());
        one.leave();
      }
      return { apiMemory: plain(growth, 'MB') };
    },
  },
];

interface Listener {
  messages(): number;
  isOver(): boolean;
  leave(): void;
}

/** One after the other, each until it has its first message. */
async function listen(
  { apiUrl }: BenchWorld,
  watched: readonly { user: BenchUser; syncId: string }[],
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const { user, syncId } of watched) {
    listeners.push(
      await new Promise<Listener>((resolve, reject) => {
        const asked = request(`${apiUrl}/api/sse/sync-progress/${syncId}`, {
          headers: { cookie: user.cookie },
          agent: false,
        });
        asked.on('error', reject).on('response', (response) => {
          let messages = 0;
          let isOver = false;
          expect(response.statusCode === 200, 'a stream', response.statusCode);
          response.on('end', () => {
            isOver = true;
          });
          response.on('data', () => {
            messages += 1;
            resolve({
              messages: () => messages,
              isOver: () => isOver,
              leave: () => asked.destroy(),
            });
          });
        });
        asked.end();
      }),
    );
  }
  return listeners;
}
