import {
  errorOf,
  type Handler,
  type LocalAmazon,
  never,
  sendJson,
  startLocalAmazon,
} from './local-amazon';

let local: LocalAmazon;
const start = async (api: Handler) => {
  local = await startLocalAmazon({ api });
  return local;
};
afterEach(() => local.close());

const REPORT = {
  reportId: 'r1',
  reportType: 'T',
  processingStatus: 'IN_QUEUE',
  createdTime: '2025-11-01T00:00:00+00:00',
};

test('a report is asked for with its range', async () => {
  const { seller, requests } = await start((_, to) => sendJson(to, 202, { reportId: 'r1' }));
  const range = { from: '2025-10-01T00:00:00Z', to: '2025-10-31T00:00:00Z' };
  const asked = { reportType: 'T', marketplaceIds: ['A', 'B'], ...range };
  await expect(seller.createReport(asked, never())).resolves.toBe('r1');
  expect(requests[0]?.method).toBe('POST');
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
    reportType: 'T',
    marketplaceIds: ['A', 'B'],
    dataStartTime: range.from,
    dataEndTime: range.to,
  });
});

test('a report that is not ready has no document, and an unknown state is not an end', async () => {
  const states = ['IN_QUEUE', 'FATAL', 'NEW_STATE'];
  const { seller } = await start((_, to) =>
    sendJson(to, 200, { ...REPORT, processingStatus: states.shift() }),
  );
  expect(await seller.getReport('r1', never())).toEqual({
    reportId: 'r1',
    reportType: 'T',
    status: 'IN_QUEUE',
    from: null,
    to: null,
    marketplaceIds: [],
    createdTime: '2025-11-01T00:00:00.000Z',
    documentId: null,
  });
  expect(await seller.getReport('r1', never())).toMatchObject({ status: 'FATAL' });
  expect(await seller.getReport('r1', never())).toMatchObject({ status: 'IN_PROGRESS' });
});

test('a report that is done without a document is malformed, not an empty one', async () => {
  const { seller } = await start((_, to) =>
    sendJson(to, 200, { ...REPORT, processingStatus: 'DONE', reportDocumentId: null }),
  );
  expect(await errorOf(seller.getReport('r1', never()))).toMatchObject({
    name: 'MalformedAnswer',
    requestId: 'request-1',
    message: expect.stringContaining('reportDocumentId'),
  });
});

test('all pages of reports are found, each asked for by its token alone', async () => {
  const { seller, requests } = await start(({ query }, to) =>
    query.has('nextToken')
      ? sendJson(to, 200, { reports: [{ ...REPORT, reportId: 'r2' }] })
      : sendJson(to, 200, { reports: [REPORT], nextToken: 'n=1' }),
  );
  const search = { reportType: 'T', createdSince: '2025-10-01T00:00:00Z' };
  const found = await seller.findReports(search, never());
  expect(found.map(({ reportId }) => reportId)).toEqual(['r1', 'r2']);
  expect(requests.map(({ query }) => Object.fromEntries(query))).toEqual([
    { reportTypes: 'T', createdSince: '2025-10-01T00:00:00Z', pageSize: '100' },
    { nextToken: 'n=1' },
  ]);
});

test('pages that never end are given up', async () => {
  const { seller, requests } = await start((_, to) =>
    sendJson(to, 200, { reports: [], nextToken: 'again' }),
  );
  const error = await errorOf(seller.findReports({ reportType: 'T', createdSince: '' }, never()));
  expect(error).toMatchObject({ name: 'MalformedAnswer' });
  expect(requests).toHaveLength(50);
});
