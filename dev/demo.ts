import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createProgressView } from '../cli/progress-bars';
import { textTable } from '../cli/text-table';
import { ReturnRow } from '../contract/returns';
import { ClaimRow, InventoryRow, OrderRow } from '../contract/rows';
import type { SyncStatusBody } from '../contract/sync-status';
import { expectedRows } from '../sandbox/expected-rows';
import { describeStack, fail, print, startEmbeddedStack, untilInterrupted } from './embedded-stack';
import { rowDifferences } from './row-differences';
import type { Stack } from './stack';
import { storedRows } from './stored-rows';
import { createSyncClient, type SyncClient, signIn } from './sync-client';

const USER = 'demo';
const SYNC_TIMEOUT_MS = 300_000;
const DATA_DIR = '.data/demo';

const Started = z.object({ syncId: z.string() });
const Orders = z.object({ orders: z.array(OrderRow), total: z.number() });
const Inventory = z.object({ inventory: z.array(InventoryRow), total: z.number() });
const Returns = z.object({ returns: z.array(ReturnRow), total: z.number() });
const Claims = z.object({ claims: z.array(ClaimRow), total: z.number() });

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      exit: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
    },
  });
  // A run that compares every row needs a seller and a database of its own.
  const dataDir = flags.exit ? await mkdtemp(join(tmpdir(), 'amazon-sync-demo-')) : DATA_DIR;
  print('Starting Temporal, PostgreSQL, a local Amazon, the API and a worker …');
  const interrupted = untilInterrupted();
  const stack = await startEmbeddedStack({ dataDir, fresh: flags.fresh });
  try {
    for (const line of describeStack(stack)) print(`  ${line}`);
    const outcome = await Promise.race([runSync(stack), interrupted]);
    if (outcome === undefined) return;
    if (flags.exit) {
      await report(stack, outcome);
      return;
    }
    print('Everything stays up. Try it:');
    print(`  export COOKIE='${outcome.cookie}'`);
    print(`  curl -b "$COOKIE" '${stack.apiUrl}/api/v1/integrations/amazon/orders?limit=3'`);
    print(`  curl -b "$COOKIE" -X POST ${stack.apiUrl}/api/v1/integrations/amazon/sync`);
    print(`  curl -b "$COOKIE" ${stack.apiUrl}/api/sync/status`);
    print('Ctrl-C ends it.');
    await interrupted;
  } finally {
    print('Stopping …');
    await stack.stop();
    if (flags.exit) await rm(dataDir, { recursive: true, force: true });
  }
}

interface Outcome {
  cookie: string;
  seconds: number;
  status: SyncStatusBody;
}

async function runSync(stack: Stack): Promise<Outcome> {
  const [seller] = stack.sandbox.sellers;
  if (seller === undefined) throw new Error('The sandbox has no seller');
  const cookie = await signIn(stack.apiUrl, USER, seller.sellerId);
  const client = createSyncClient(stack.apiUrl, cookie);
  print('\nPOST /api/v1/integrations/amazon/sync');
  const begun = performance.now();
  const { status: code, body } = await client.post('/api/v1/integrations/amazon/sync');
  if (code !== 200) throw new Error(`The sync was not started: ${JSON.stringify(body)}`);
  const { syncId } = Started.parse(body);
  print(`  ${syncId}\n`);
  const status = await client.untilEnded(
    syncId,
    SYNC_TIMEOUT_MS,
    createProgressView(process.stdout).show,
  );
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  print(`\n${status.message} in ${seconds} s\n`);
  await showRows(client);
  return { cookie, seconds, status };
}

async function showRows(client: SyncClient): Promise<void> {
  const path = '/api/v1/integrations/amazon';
  const { orders, ...orderPage } = Orders.parse((await client.get(`${path}/orders?limit=3`)).body);
  const { inventory, ...stockPage } = Inventory.parse(
    (await client.get(`${path}/inventory?limit=3`)).body,
  );
  const { claims, ...claimPage } = Claims.parse((await client.get(`${path}/claims?limit=3`)).body);
  const { returns, ...returnPage } = Returns.parse(
    (await client.get(`${path}/returns?limit=3`)).body,
  );
  const sections = [
    {
      title: `Orders: ${orderPage.total.toLocaleString('en-US')}`,
      table: textTable(
        ['order', 'purchased', 'status', 'total', 'first item'],
        orders.map((order) => [
          order.orderId,
          order.purchaseDate,
          order.status,
          order.total === null ? 'no price yet' : `${order.total} ${order.currency}`,
          order.items[0]?.title ?? '',
        ]),
      ),
    },
    {
      title: `Inventory: ${stockPage.total.toLocaleString('en-US')}`,
      table: textTable(
        ['SKU', 'marketplace', 'fulfillable', 'reserved', 'title'],
        inventory.map((row) => [
          row.sku,
          row.marketplaceId,
          String(row.fulfillable),
          String(row.reserved),
          row.title ?? '',
        ]),
      ),
    },
    {
      title: `Claims: ${claimPage.total.toLocaleString('en-US')}`,
      table: textTable(
        ['reimbursement', 'approved', 'amount', 'reason'],
        claims.map((row) => [
          row.reimbursementId,
          row.approvalDate,
          `${row.amountTotal} ${row.currency}`,
          row.reason ?? '',
        ]),
      ),
    },
    {
      title: `Returns: ${returnPage.total.toLocaleString('en-US')}`,
      table: textTable(
        ['order', 'returned', 'SKU', 'reason', 'disposition'],
        returns.map((row) => [
          row.orderId,
          row.returnDate,
          row.sku,
          row.reason ?? '',
          row.disposition ?? '',
        ]),
      ),
    },
  ];
  for (const { title, table } of sections) {
    print(title);
    for (const line of table) print(`  ${line}`);
    print();
  }
}

/** Compares every row with the seller that the sandbox generated; the exit code says whether all agree. */
async function report(stack: Stack, { seconds, status }: Outcome): Promise<void> {
  const [seller] = stack.sandbox.sellers;
  if (seller === undefined) throw new Error('The sandbox has no seller');
  const stored = await storedRows(stack.db, USER);
  const differences = rowDifferences(expectedRows(seller), stored);
  for (const difference of differences.slice(0, 20)) print(difference);
  const verified = differences.length === 0 && status.status === 'complete' && !status.partial;
  process.exitCode = verified ? 0 : 1;
  const line = {
    status: status.status,
    seconds,
    orders: stored.orders.length,
    inventory: stored.inventory.length,
    claims: stored.claims.length,
    returns: stored.returns.length,
    verified,
  };
  // The last line, whatever else the way down has to say.
  process.once('exit', () => print(JSON.stringify(line)));
}

main().catch(fail);
