import { gunzipSync } from 'node:zlib';
import type { Effect } from '../../../sandbox/faults';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import { connect, rowsOf, type SandboxClient } from './sandbox-client';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const GERMANY = 'A1PA6795UKMFR9';
const ORDER_DATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
const CLAIMS = 'GET_FBA_REIMBURSEMENTS_DATA';
const year = { dataStartTime: '2024-06-15T12:00:00Z', dataEndTime: '2025-06-15T12:00:00Z' };
const month = { dataStartTime: '2025-05-16T00:00:00Z', dataEndTime: '2025-06-15T00:00:00Z' };

let sandbox: Sandbox;
let client: SandboxClient;
let plain: Record<string, string>[];
let documentId: string;
afterEach(() => sandbox.close());

/** Starts a seller with one finished report, and reads it once while nothing is wrong. */
async function finished(
  reportType = ORDER_DATE,
  seller: { charset?: 'Cp1252' | 'Shift_JIS'; orders?: number } = {},
): Promise<void> {
  let elapsed = 0;
  sandbox = await startSandbox({
    now: () => NOW,
    elapsed: () => elapsed,
    sellers: [
      {
        kind: 'generated',
        seed: 9,
        size: { orders: seller.orders ?? 600, skus: 30, claims: 60 },
        marketplaceIds: reportType === CLAIMS ? ['A1VC38T7YXB528'] : [GERMANY],
        charset: seller.charset,
      },
    ],
  });
  client = await connect(sandbox);
  const marketplaceIds = sandbox.sellers[0]?.marketplaceIds ?? [];
  const window = reportType === CLAIMS ? year : month;
  const ended = await client.report({ reportType, marketplaceIds, ...window }, () => {
    elapsed += 60;
  });
  documentId = ended.reportDocumentId ?? '';
  plain = await client.rows(documentId);
  expect(plain.length).toBeGreaterThan(30);
}

const hit = (effect: Effect) => sandbox.setFault({ operation: 'download', effect });
const file = async (response: Response) => Buffer.from(await response.arrayBuffer());
const text = async (response: Response) => gunzipSync(await file(response)).toString();

test('an expired URL is refused as the storage does it, and so is a scripted status', async () => {
  await finished();
  const expired = hit({ kind: 'expired_document' });
  const refused = await client.download(documentId);
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain('<Message>Request has expired</Message>');
  expect(expired.hits()).toBe(1);
  hit({ kind: 'status', status: 503 });
  expect((await client.download(documentId)).status).toBe(503);
  expect(sandbox.stats().operations.download).toEqual({ 200: 1, 403: 1, 503: 1 });
});

test('a truncated gzip comes in a complete answer', async () => {
  await finished();
  hit({ kind: 'truncated' });
  const response = await client.download(documentId);
  const part = await file(response);
  expect(part).toHaveLength(Number(response.headers.get('content-length')));
  expect(() => gunzipSync(part)).toThrow('unexpected end of file');
});

test('a corrupt gzip has its length and cannot be read', async () => {
  await finished();
  const whole = await file(await client.download(documentId));
  hit({ kind: 'corrupt' });
  const other = await file(await client.download(documentId));
  expect(other).toHaveLength(whole.length);
  expect(() => gunzipSync(other)).toThrow();
});

test.each(['before', 'after', 'mid-body'] as const)('a download is reset: %s', async (when) => {
  await finished();
  hit({ kind: 'reset', when });
  await expect(client.download(documentId).then(file)).rejects.toThrow(
    when === 'mid-body' ? 'terminated' : 'fetch failed',
  );
  expect(sandbox.stats().operations.download).toEqual({ 0: 1, 200: 1 });
});

test.each([
  ['Cp1252', 'windows-1252'],
  ['Shift_JIS', 'shift_jis'],
] as const)('a document in %s says so', async (charset, label) => {
  await finished(CLAIMS, { charset });
  hit({ kind: 'encoding', charset });
  const response = await client.download(documentId);
  expect(response.headers.get('content-type')).toBe(
    `text/tab-separated-values; charset=${charset}`,
  );
  const bytes = gunzipSync(await file(response));
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow();
  const decoder = new TextDecoder(label, { fatal: true });
  // All at once, Node 20 would read Cp1252 as Latin-1.
  expect(rowsOf(decoder.decode(bytes, { stream: true }) + decoder.decode())).toEqual(plain);
});

test('a document in a wrong encoding is not the UTF-8 that it says it is', async () => {
  await finished();
  hit({ kind: 'wrong_encoding' });
  const response = await client.download(documentId);
  expect(response.headers.get('content-type')).toBe('text/tab-separated-values; charset=UTF-8');
  const bytes = gunzipSync(await file(response));
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow();
});

test('columns in another order hold the same, with unknown ones among them', async () => {
  await finished();
  const known = Object.keys(plain[0] ?? {});
  hit({ kind: 'columns' });
  const rows = rowsOf(await text(await client.download(documentId)));
  const columns = Object.keys(rows[0] ?? {});
  expect(columns.filter((column) => known.includes(column))).toEqual(known.toReversed());
  expect(columns.slice(0, 2)).toEqual(['future-column-1', 'price-designation']);
  expect(rows).toEqual(
    plain.map((row) => ({ ...row, 'future-column-1': 'future 1', 'future-column-2': 'future 2' })),
  );
});

test('amounts have decimal commas and nothing else changes, also with other columns', async () => {
  await finished();
  hit({ kind: 'decimal_comma' });
  hit({ kind: 'columns' });
  const rows = rowsOf(await text(await client.download(documentId)));
  expect(rows.some((row) => /^\d+,\d\d$/.test(row['item-price'] ?? ''))).toBe(true);
  const back = rows.map(({ 'future-column-1': _1, 'future-column-2': _2, ...row }) =>
    Object.fromEntries(
      Object.entries(row).map(([column, cell]) => [
        column,
        /price|tax|discount/.test(column) ? cell.replace(',', '.') : cell,
      ]),
    ),
  );
  expect(back).toEqual(plain);
});

test('a slow download comes piece by piece, and is whole', async () => {
  await finished();
  hit({ kind: 'slow', millisecondsPerPiece: 5 });
  const response = await client.download(documentId);
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body ?? []) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(2);
  expect(rowsOf(gunzipSync(Buffer.concat(pieces)).toString())).toEqual(plain);
});

test('a download hangs until the client goes', async () => {
  await finished();
  hit({ kind: 'hang' });
  const started = client.download(documentId);
  await sandbox.close();
  await expect(started).rejects.toThrow('fetch failed');
});
