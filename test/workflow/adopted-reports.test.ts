import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../activities/create-activities';
import type { SellerApi } from '../../amazon/amazon';
import { urlFor } from '../../dev/service-roles';
import { startTcpProxy } from '../tcp-proxy';
import { testServer } from '../test-servers';
import { onServerTime, openRealWorld, openTestDatabase, type RealWorld } from './real-activities';
import { isClaims, malformed, outage, reportOf, scriptedAmazon } from './scripted-amazon';
import { type EndedSync, runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

/** 13 windows of orders, the claims and the returns. */
const REPORTS = 15;

// createReport has no idempotency key, and one a minute: a report that Amazon has already must be found again.
let server: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([startTimeSkipping(), openRealWorld()]);
});
afterAll(async () => {
  await server?.teardown();
  await world?.close();
});

test('a report whose id could not be kept is adopted, not created again', async () => {
  const postgres = new URL(testServer('TEST_DATABASE_URL'));
  const proxy = await startTcpProxy(postgres.hostname, Number(postgres.port));
  postgres.port = String(proxy.port);
  const db = openTestDatabase(urlFor('worker', postgres.href));
  try {
    // The database goes away after Amazon has made the report of claims, and is back for the next attempt.
    const { amazon, created, searches } = keepingAmazon((calls) => calls === 1 && proxy.cut());
    const activities = onServerTime(server, (now) => world.activities({ amazon, now, db }));
    const failed: unknown[] = [];
    const sync = await syncWith({
      ...activities,
      importAccountReport: async (report) => {
        try {
          return await activities.importAccountReport(report);
        } catch (error) {
          if (report.resource === 'claims') {
            failed.push(error);
            await proxy.restore();
          }
          throw error;
        }
      },
    });
    expect(failed).toMatchObject([{ type: 'database_unavailable' }]);
    expectEachOnce(sync, created);
    expect(searches).toContain('GET_FBA_REIMBURSEMENTS_DATA');
  } finally {
    await db.destroy();
    await proxy.close();
  }
});

test.each([
  ['never came', outage],
  ['cannot be read', malformed],
])('a report that was created with an answer that %s is adopted', async (_, fault) => {
  const { amazon, created, searches } = keepingAmazon((calls) => {
    if (calls === 1) throw fault();
  });
  const sync = await syncWith(onServerTime(server, (now) => world.activities({ amazon, now })));
  expectEachOnce(sync, created);
  expect(searches).toEqual(['GET_FBA_REIMBURSEMENTS_DATA']);
});

/**
 * An Amazon that finds its reports again. What `afterClaims` does comes between the making of a report of claims
 * and the answer; it is told how many of them were made.
 */
function keepingAmazon(afterClaims: (calls: number) => unknown) {
  const created: Parameters<SellerApi['createReport']>[0][] = [];
  const searches: string[] = [];
  const idOf = (index: number) => `${created[index]?.reportType}-${index + 1}`;
  const amazon = scriptedAmazon({
    createReport: async (request) => {
      const id = `${request.reportType}-${created.push(request)}`;
      if (isClaims(id)) {
        await afterClaims(created.filter(({ reportType }) => isClaims(reportType)).length);
      }
      return id;
    },
    findReports: async ({ reportType }) => {
      searches.push(reportType);
      return created.flatMap(({ from, to, ...request }, index) =>
        request.reportType === reportType ? [{ ...reportOf(idOf(index), 'DONE'), from, to }] : [],
      );
    },
  });
  return { amazon, created, searches };
}

function expectEachOnce(
  sync: EndedSync,
  created: readonly { reportType: string; from: string }[],
): void {
  expect(sync.state).toMatchObject({ status: 'complete', error: null });
  expect(new Set(created.map(({ reportType, from }) => `${reportType} ${from}`)).size).toBe(
    REPORTS,
  );
  expect(created).toHaveLength(REPORTS);
}

async function syncWith(activities: Activities): Promise<EndedSync> {
  const { userKey } = await world.connectedUser();
  return runSync(server, activities, { userKey });
}
