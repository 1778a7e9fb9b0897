import { storedRows } from '../../dev/stored-rows';
import { expectThat } from './expect-match';
import { DAY, HOUR, type Scenario } from './scenario';

export const CLAIMS: Scenario[] = [
  {
    name: 'reversals and repeated reimbursement ids',
    // Amazon makes the report anew whenever it is asked to, so that nobody has to wait four hours.
    given: { amazon: { regenerationSeconds: 0 } },
    async run(world) {
      const { service, seller, user } = world;
      world.change({ kind: 'add_claims', count: 6, at: world.calendar.now() - 3 * DAY });
      await world.completeSync();
      await world.expectRows();
      // Lines that come later: some take money back, some have the key of a line that is stored already.
      world.change(
        { kind: 'repeat_claims', count: 4 },
        { kind: 'reverse_claims', count: 3 },
        { kind: 'add_claims', count: 2 },
      );
      await world.later(2 * HOUR);
      await world.completeSync();
      await world.expectRows();
      world.change({ kind: 'repeat_claims', count: 4 }, { kind: 'reverse_claims', count: 3 });
      await world.later(2 * HOUR);
      await world.completeSync();
      await world.expectRows();
      // Amazon combines lines of one key, and those that it took in are no more.
      world.change({ kind: 'combine_claims', count: 2 });
      await world.later(2 * HOUR);
      await world.completeSync();
      await world.expectRows();
      await world.completeSync('full');
      await world.expectRows();
      const { claims } = await storedRows(service.db, user.userId);
      expectThat(claims.length === seller.claims.length, 'every line once', claims.length);
      expectThat(
        claims.some(({ occurrence }) => occurrence > 0),
        'lines with one key',
      );
      expectThat(
        claims.some(({ amountTotal }) => amountTotal.startsWith('-')),
        'lines that take money back',
      );
    },
  },
];
