import fc from 'fast-check';
import { sign } from 'jsonwebtoken';
import { z } from 'zod';
import { eventually } from '../eventually';
import { type DescribedOperation, describedOperations } from '../fuzz/described-operations';
import {
  describedRequests,
  type FuzzedRequest,
  type KnownValues,
} from '../fuzz/described-requests';
import { type FuzzedAnswer, sendFuzzed } from '../fuzz/send-fuzzed';
import { start } from './bodies';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

/**
 * Requests for each operation, and where their sequence starts: FUZZ_RUNS=1000 FUZZ_SEED=7 npx jest test/e2e/fuzz.
 * The same ones unless told: what is found by chance belongs to whoever looks for it, not to whoever comes next.
 */
const RUNS = Number(process.env.FUZZ_RUNS ?? 60);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

interface Real {
  values: Map<string, string[]>;
  tags: string[];
  cursors: { sort: string; cursor: string }[];
}

const AMAZON = '/api/v1/integrations/amazon';

let stack: TestStack;
let operations: readonly DescribedOperation[];
/** One whose data stays, one whose data may come and go, and one who has none. */
let reader: TestUser;
let changer: TestUser;
let stranger: TestUser;
let real: Real;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
  const document: unknown = await (await fetch(`${stack.apiUrl}/openapi.json`)).json();
  operations = describedOperations(document);
  reader = await stack.user(await stack.newSeller());
  changer = await stack.user(await stack.newSeller());
  stranger = await stack.user();
  real = await realValues(reader);
});
afterAll(() => stack.stop());

const List = z.looseObject({ nextCursor: z.string() });
const Rows = z.array(z.record(z.string(), z.unknown()));

/** What is really there: ids, cursors and tags, and values of rows by the names of filters. */
async function realValues({ client, cookie }: TestUser): Promise<Real> {
  const syncId = await start(client);
  await client.untilEnded(syncId, 60_000);
  const { body } = await client.post(`${AMAZON}/webhooks`, { url: 'https://hooks.invalid/' });
  const { id } = z.looseObject({ id: z.string() }).parse(body);
  const values = new Map([
    ['syncId', [syncId]],
    ['id', [id, syncId]],
    ['timeZone', ['Asia/Tokyo', 'America/St_Johns']],
    ['url', ['https://hooks.invalid/a']],
  ]);
  const found: Real = { values, tags: [], cursors: [] };
  for (const [list, sorts] of [
    ['orders', ['-purchaseDate', 'lastUpdated']],
    ['inventory', ['sku', '-fulfillable']],
    ['claims', ['approvalDate', '-amountTotal']],
    ['returns', ['returnDate', '-returnDate']],
  ] as const) {
    for (const sort of sorts) {
      const page = await fetch(`${stack.apiUrl}${AMAZON}/${list}?limit=2&sort=${sort}`, {
        headers: { cookie },
      });
      const answer = List.parse(await page.json());
      found.cursors.push({ sort, cursor: answer.nextCursor });
      found.tags.push(page.headers.get('etag') ?? '');
      for (const row of Rows.parse(answer[list])) {
        for (const [name, value] of Object.entries(row)) {
          if (typeof value === 'string' && name !== 'id')
            values.set(name, [...(values.get(name) ?? []), value]);
        }
      }
    }
  }
  return found;
}

function knownFor({ method }: DescribedOperation): KnownValues {
  const now = Math.floor(Date.now() / 1000);
  const expired = sign({ sub: reader.userId, exp: now - 1 }, stack.sessionSecret);
  const users =
    method === 'GET' ? [reader, reader, changer, stranger] : [changer, changer, changer, stranger];
  return {
    ...real,
    sessions: users.map(({ cookie }): Record<string, string> => ({ cookie })),
    strangers: [{}, { authorization: `Bearer ${expired}` }],
    origins: [stack.apiUrl, 'https://shop.example'],
  };
}

/** A server that a busy machine keeps waiting is asked again, as clients are told to. */
function answered(request: FuzzedRequest): Promise<FuzzedAnswer> {
  return eventually('an answer', async () => {
    const answer = await sendFuzzed(stack.apiUrl, request);
    return answer.status === 503 && answer.headers['retry-after'] !== undefined
      ? undefined
      : answer;
  });
}

test(
  'whatever is asked, no answer is a fault of ours, and each is as the document has it',
  async () => {
    for (const operation of operations) {
      if (operation.method !== 'GET') await connectAgain();
      await fc.assert(
        fc.asyncProperty(describedRequests(operation, knownFor(operation)), async (request) => {
          const answer = await answered(request);
          const fault =
            answer.status >= 500 ? `it answers ${answer.status}` : operation.faultOf(answer);
          if (fault !== undefined)
            throw new Error(`${operation.method} ${operation.path}: ${fault}`);
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
    }
  },
  60_000 + RUNS * 10_000,
);

/** What was asked before may have disconnected Amazon. */
async function connectAgain(): Promise<void> {
  const [seller] = stack.sandbox.sellers;
  await stack.user(seller, changer.userId);
}

test('nor does any other method of any path', async () => {
  const methods = ['HEAD', 'OPTIONS', 'PATCH', 'PUT', 'DELETE', 'POST', 'GET', 'PROPFIND'];
  const { cookie } = stranger;
  for (const path of new Set(operations.map((operation) => operation.path))) {
    for (const method of methods) {
      const target = path.replace(/\{\w+\}/g, 'x');
      const request = { method, target, headers: { cookie }, body: undefined, chunked: false };
      const { status } = await answered(request);
      expect([method, target, status < 500]).toEqual([method, target, true]);
    }
  }
});
