import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Amazon } from '../../amazon/amazon';
import type { Report } from '../../amazon/reports';
import type { Resource } from '../../contract/resources';
import { cursorsOf } from '../../store/cursors';
import { onServerTime, openRealWorld, type RealWorld } from './real-activities';
import { outage, reportOf, scriptedAmazon } from './scripted-amazon';
import { type EndedSync, runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let server: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([startTimeSkipping(), openRealWorld()]);
});
afterAll(async () => {
  await server?.teardown();
  await world?.close();
});

// Claims take three activities for a report and returns one: they must come to the same.
describe.each([
  ['claims', 'GET_FBA_REIMBURSEMENTS_DATA'],
  ['returns', 'GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA'],
] as const)('%s', (resource, type) => {
  const isOf = (reportId: string) => reportId.includes(type);

  test('a report that Amazon never finishes is given up after two hours, with its own words', async () => {
    const { userKey } = await world.connectedUser();
    let requests = 0;
    const amazon = scriptedAmazon({
      createReport: async ({ reportType, from }) => {
        if (isOf(reportType)) requests += 1;
        return `${reportType} ${from}`;
      },
      getReport: async (reportId) => reportOf(reportId, isOf(reportId) ? 'IN_QUEUE' : 'DONE'),
    });
    const sync = await syncOf(userKey, amazon);
    expect(sync.state).toMatchObject({
      status: 'complete',
      resources: {
        orders: { outcome: 'complete' },
        [resource]: {
          outcome: 'failed',
          error: {
            type: 'report_stuck',
            message: 'Amazon has not finished the report in 2 hours; the next sync asks again',
          },
        },
      },
    });
    expect(requests).toBe(1); // asking again would only put another one into the queue
    expect(sync.milliseconds).toBeGreaterThanOrEqual(2 * HOUR);
    expect(sync.milliseconds).toBeLessThan(2.2 * HOUR);
  });

  describe('ones that Amazon cancelled', () => {
    const cancelling = (earlier: (report: Report) => Partial<Report>[], faults = 0) => {
      const opened: string[] = [];
      const amazon = scriptedAmazon({
        getReport: async (reportId) => reportOf(reportId, isOf(reportId) ? 'CANCELLED' : 'DONE'),
        findReports: async ({ reportType }) =>
          earlier(reportOf(reportType, 'DONE')).map((change) => ({
            ...reportOf(reportType, 'DONE'),
            ...change,
          })),
        openDocument: async (documentId, signal) => {
          if (isOf(documentId)) {
            opened.push(documentId);
            if (opened.length <= faults) throw outage();
          }
          return scriptedAmazon({}).seller(SELLER).openDocument(documentId, signal);
        },
      });
      return { amazon, opened };
    };

    test('for having nothing are complete with none, and the cursor stays at the beginning', async () => {
      const { userKey, connectionId } = await world.connectedUser();
      const { amazon, opened } = cancelling(() => []);
      const sync = await syncOf(userKey, amazon);
      expect(sync.state?.resources[resource]).toMatchObject({ outcome: 'complete', records: 0 });
      expect(opened).toEqual([]);
      const age = Date.now() - (await watermarkOf(resource, connectionId));
      expect(age / DAY).toBeGreaterThan(360);
    });

    test('for being asked for too soon come from the report that Amazon made before', async () => {
      const { userKey, connectionId } = await world.connectedUser();
      const now = await server.currentTimeMs();
      const to = iso(now - HOUR);
      const { amazon, opened } = cancelling(({ reportType }) => [
        { documentId: `${reportType} short`, from: iso(now - 9 * DAY), to, createdTime: to },
        { documentId: `${reportType} whole`, from: iso(now - 400 * DAY), to, createdTime: to },
        { documentId: `${reportType} older`, from: iso(now - 400 * DAY), to, createdTime: iso(0) },
        { documentId: null, status: 'CANCELLED' },
      ]);
      const sync = await syncOf(userKey, amazon);
      expect(sync.state?.resources[resource]).toMatchObject({ outcome: 'complete', records: 1 });
      expect(opened).toEqual([`${type} whole`]);
      expect(await watermarkOf(resource, connectionId)).toBe(Date.parse(to));
    });

    test('are not asked for once more where the import meets a fault: that one may be out of reach by then', async () => {
      const { userKey, connectionId } = await world.connectedUser();
      const now = await server.currentTimeMs();
      const to = iso(now - 3.9 * HOUR);
      let looks = 0;
      const { amazon, opened } = cancelling(({ reportType }) => {
        looks += 1;
        const from = iso(now - 400 * DAY);
        const documentId = `${reportType} whole`;
        return looks === 1 ? [{ documentId, from, to, createdTime: to }] : [];
      }, 1);
      const sync = await syncOf(userKey, amazon);
      expect(sync.state?.resources[resource]).toMatchObject({
        outcome: 'complete',
        records: 1,
        error: null,
      });
      expect(opened).toEqual([`${type} whole`, `${type} whole`]);
      expect(looks).toBe(1);
      expect(await watermarkOf(resource, connectionId)).toBe(Date.parse(to));
    });

    test('because another one is on its way wait for that one, and are not taken for none', async () => {
      const { userKey, connectionId } = await world.connectedUser();
      const now = await server.currentTimeMs();
      let looks = 0;
      const to = iso(now - HOUR);
      const { amazon, opened } = cancelling(({ reportType }) => {
        looks += 1;
        const other = { from: iso(now - 400 * DAY), to, createdTime: iso(now - 60_000) };
        return looks < 4
          ? [{ ...other, status: 'IN_PROGRESS', documentId: null }]
          : [{ ...other, documentId: `${reportType} of another sync` }];
      });
      const sync = await syncOf(userKey, amazon);
      expect(sync.state?.resources[resource]).toMatchObject({
        outcome: 'complete',
        records: 1,
        error: null,
      });
      expect(opened).toEqual([`${type} of another sync`]);
      expect(await watermarkOf(resource, connectionId)).toBe(Date.parse(to));
    });

    test('come from a shorter one if there is no other; the rest is missing, and the cursor stays', async () => {
      const { userKey, connectionId } = await world.connectedUser();
      const now = await server.currentTimeMs();
      const to = iso(now - HOUR);
      const { amazon } = cancelling(({ reportType }) => [
        { documentId: `${reportType} short`, from: iso(now - 9 * DAY), to, createdTime: to },
      ]);
      const sync = await syncOf(userKey, amazon);
      expect(sync.state?.resources[resource]).toMatchObject({
        outcome: 'complete',
        records: 1,
        error: {
          type: 'report_too_soon',
          message: `Older ${resource}: Amazon makes this report once in four hours; the next sync asks for them`,
        },
      });
      expect((now - (await watermarkOf(resource, connectionId))) / DAY).toBeGreaterThan(360);
    });
  });

  test('the halves of a range that is too long wait until Amazon makes the report again', async () => {
    const { userKey, connectionId } = await world.connectedUser();
    const made: { id: string; from: string; to: string; at: number }[] = [];
    const amazon = scriptedAmazon({
      createReport: async ({ reportType, from, to }) => `${reportType} ${from} ${to}`,
      getReport: async (id) => {
        if (!isOf(id)) return reportOf(id, 'DONE');
        const [, from = '', to = ''] = id.split(' ');
        if (Date.parse(to) - Date.parse(from) > 200 * DAY) return reportOf(id, 'FATAL');
        const at = await server.currentTimeMs();
        const last = made.at(-1);
        if (last !== undefined && last.id !== id && at - last.at < 4 * HOUR) {
          return reportOf(id, 'CANCELLED');
        }
        if (last?.id !== id) made.push({ id, from, to, at });
        return reportOf(id, 'DONE');
      },
      findReports: async () =>
        made.map(({ id, from, to, at }) => ({
          ...reportOf(id, 'DONE'),
          from,
          to,
          createdTime: iso(at),
        })),
    });
    const sync = await syncOf(userKey, amazon);
    expect(sync.state).toMatchObject({
      status: 'complete',
      progress: 100,
      resources: { [resource]: { outcome: 'complete', reports: 2, imported: 2, error: null } },
    });
    expect(made).toHaveLength(2);
    expect(made[1]?.to).toBe(made[0]?.from);
    expect((made[1]?.at ?? 0) - (made[0]?.at ?? 0)).toBeGreaterThanOrEqual(4 * HOUR);
    expect(await watermarkOf(resource, connectionId)).toBe(Date.parse(made[0]?.to ?? ''));
  });
});

const SELLER = { connectionId: '', endpoint: '', refreshToken: '' };

function iso(time: number): string {
  return new Date(Math.floor(time)).toISOString();
}

async function watermarkOf(resource: Resource, connectionId: string): Promise<number> {
  const cursors = await cursorsOf(world.db, connectionId);
  return cursors.find((one) => one.resource === resource)?.watermark.getTime() ?? Number.NaN;
}

function syncOf(userKey: string, amazon: Amazon): Promise<EndedSync> {
  const activities = onServerTime(server, (now) => world.activities({ amazon, now }));
  return runSync(server, activities, { userKey });
}
