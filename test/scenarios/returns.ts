import { storedRows } from '../../dev/stored-rows';
import { expectThat } from './expect-match';
import { DAY, HOUR, type Scenario } from './scenario';

export const RETURNS: Scenario[] = [
  {
    name: 'returns that come late, repeat and are settled',
    // Amazon makes the report anew whenever it is asked to, so that nobody has to wait four hours.
    given: { amazon: { regenerationSeconds: 0 } },
    async run(world) {
      const { service, seller, user } = world;
      world.change(
        { kind: 'add_returns', count: 4, at: world.calendar.now() - 20 * DAY },
        { kind: 'repeat_returns', count: 2 },
      );
      await world.completeSync();
      await world.expectRows();
      // Lines of before that change, some that are equal to ones stored already, and late ones.
      world.change(
        { kind: 'settle_returns', count: 3 },
        { kind: 'repeat_returns', count: 2 },
        { kind: 'add_returns', count: 3, at: world.calendar.now() - 25 * DAY },
      );
      await world.later(2 * HOUR);
      await world.completeSync();
      await world.expectRows();
      await world.completeSync('full');
      await world.expectRows();
      const { returns } = await storedRows(service.db, user.userId);
      expectThat(returns.length === seller.returns.length, 'every line once', returns.length);
      expectThat(
        returns.some(({ occurrence }) => occurrence > 1),
        'lines with one key',
      );
      expectThat(
        returns.some(({ status }) => status === 'Reimbursed'),
        'lines that have changed',
      );
    },
  },
];
