import { currentConnections } from '../../store/connections';
import { EVERY_OPERATION } from './every-operation';
import { expectMatch, expectThat } from './expect-match';
import { expectWaited } from './quotas';
import { type Scenario, SMALL_SELLER } from './scenario';
import type { ScenarioWorld } from './scenario-world';

const WITHDRAWN = { kind: 'status', status: 400, code: 'invalid_grant' } as const;
const FORBIDDEN = { kind: 'status', status: 403, code: 'Unauthorized' } as const;
const MEXICO = 'A1AM78C64UM0Y8';

export const ACCESS: Scenario[] = [
  {
    name: 'authorization withdrawn before',
    async run(world) {
      world.fault({ operation: 'token', times: null, effect: WITHDRAWN });
      const status = await world.sync();
      expectMatch(status, { status: 'failed', error: { type: 'reauthorization_required' } });
      await expectReauthorizationWanted(world);
      await reconnect(world);
    },
  },
  {
    name: 'authorization withdrawn during',
    given: { clockSpeed: 100 },
    async run(world) {
      const syncId = await world.start();
      await world.until('a first document', () => world.calls('getReportDocument', 200) > 0);
      world.fault({ operation: 'token', times: null, effect: WITHDRAWN });
      for (const operation of EVERY_OPERATION) {
        world.fault({ operation, times: null, effect: { kind: 'expired_access_token' } });
      }
      const status = await world.ended(syncId);
      // Inventory may have been whole by then; orders were not.
      expectMatch(status.resources.orders, {
        state: 'failed',
        error: { type: 'reauthorization_required' },
      });
      await world.expectNoWrongRows();
      await expectReauthorizationWanted(world);
      await reconnect(world);
    },
  },
  {
    name: 'authorization withdrawn once only',
    async run(world) {
      const fault = world.fault({ operation: 'token', effect: WITHDRAWN });
      await world.completeSync();
      await world.expectRows();
      expectMatch(fault.hits(), 1, 'hits');
      await expectConnected(world);
    },
  },
  {
    name: 'region-wide 403 for 25 minutes',
    // Slow enough for its waits to be seen: an answer about a running sync is up to a second old.
    given: { clockSpeed: 100 },
    async run(world) {
      const faults = EVERY_OPERATION.map((operation) => ({ operation, effect: FORBIDDEN }));
      await world.completeSyncThrough(faults, 25 * 60);
      await world.expectRows();
      expectWaited(world, 'inventory', 'retry');
      await expectConnected(world);
    },
  },
  {
    name: 'role missing for claims',
    given: { clockSpeed: 400 },
    async run(world) {
      world.fault({
        operation: 'createReport',
        reportType: 'GET_FBA_REIMBURSEMENTS_DATA',
        times: null,
        effect: FORBIDDEN,
      });
      const status = await world.sync();
      expectMatch(status, {
        status: 'complete',
        partial: true,
        error: null,
        resources: {
          orders: { state: 'complete', error: null },
          inventory: { state: 'complete', error: null },
          claims: { state: 'failed', error: { type: 'access_denied' } },
        },
      });
      expectThat(status.resources.claims.error?.requestId != null, 'a request id', status);
      await world.expectRows({ only: (rows) => ({ ...rows, claims: [] }) });
      await expectConnected(world);
    },
  },
  {
    name: 'one marketplace refused',
    given: { clockSpeed: 400 },
    async run(world) {
      const refused = (['createReport', 'searchOrders', 'getInventorySummaries'] as const).map(
        (operation) =>
          world.fault({
            operation,
            marketplaceId: MEXICO,
            times: null,
            effect: FORBIDDEN,
            ...(operation === 'createReport' && { reportType: ORDERS_REPORT }),
          }),
      );
      const partly = { state: 'complete', error: { type: 'access_denied' } };
      expectMatch(await world.sync(), {
        status: 'complete',
        partial: true,
        resources: {
          orders: partly,
          inventory: partly,
          claims: { state: 'complete', error: null },
        },
      });
      await world.expectRows({
        only: ({ orders, inventory, ...others }) => ({
          orders: orders.filter(({ marketplaceId }) => marketplaceId !== MEXICO),
          inventory: inventory.filter(({ marketplaceId }) => marketplaceId !== MEXICO),
          ...others,
        }),
      });
      for (const fault of refused) fault.remove();
      await world.completeSync();
      await world.expectRows();
    },
  },
  {
    name: 'two regions',
    given: {
      clockSpeed: 400,
      sellers: [
        SMALL_SELLER,
        {
          ...SMALL_SELLER,
          seed: 2,
          marketplaceIds: ['A1PA6795UKMFR9', 'A1F83G8C2ARO7P', 'A13V1IB3VIYZZH'],
        },
      ],
    },
    async run(world) {
      const [america, europe] = world.sellers(2);
      if (america === undefined || europe === undefined) return;
      await world.service.user(europe, world.user.userId);
      await world.completeSync();
      await world.expectRows({ sellers: [america, europe] });
      // One region out of order leaves the other alone.
      for (const operation of EVERY_OPERATION) {
        world.fault({ operation, sellerId: europe.sellerId, times: null, effect: FORBIDDEN });
      }
      world.change({ kind: 'add_orders', count: 5 }, { kind: 'change_stock', count: 5 });
      const partly = { state: 'complete', error: { type: 'access_denied' } };
      expectMatch(await world.sync(), {
        status: 'complete',
        partial: true,
        resources: { orders: partly, inventory: partly, claims: partly },
      });
      await world.expectRows({ sellers: [america, europe] });
    },
  },
];

const ORDERS_REPORT = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';

async function expectReauthorizationWanted(world: ScenarioWorld): Promise<void> {
  await world.expectRefused({
    error: 'amazon_not_connected',
    reason: 'reauthorization_required',
  });
}

async function expectConnected({ service, user }: ScenarioWorld): Promise<void> {
  const [connection] = await currentConnections(service.db, user.userId);
  expectMatch(connection?.status, 'connected', 'the connection');
}

/** The seller authorizes again: the connection goes on with its rows. */
async function reconnect(world: ScenarioWorld): Promise<void> {
  world.sandbox.clearFaults();
  await world.service.user(world.seller, world.user.userId);
  await world.completeSync();
  await world.expectRows();
}
