import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../../../store/database';
import { bodyOf, COMPLETE, newSync, vault } from './stored-things';

export const FILLED_AT = '2026-03-01T12:00:00.000Z';
const EARLIER = '2026-02-01T10:00:00.000Z';
const DE = 'A1PA6795UKMFR9';

type Row = Record<string, unknown>;

/** An id of a user's that is the same each time. */
export function idOf(userKey: string, name: string): string {
  const hex = createHash('sha256').update(`${userKey} ${name}`).digest('hex');
  return [8, 4, 4, 4, 12].map((length, part) => hex.slice(part * 12, part * 12 + length)).join('-');
}

/**
 * Rows of one user in every table there has ever been, with every column it has ever had, in an order that
 * references allow. A new table or column belongs here too: tests that walk the schema fail without it.
 */
function rowsOf(userKey: string): [table: string, row: Row][] {
  const connection = idOf(userKey, 'connection');
  const webhook = idOf(userKey, 'webhook');
  const sync = newSync(userKey);
  const body = JSON.stringify(bodyOf(sync, COMPLETE));
  const ofConnection = { connection_id: connection };
  const sku = { sku: 'SKU-1', fnsku: 'X-1', asin: 'B000000001', title: 'A thing' };
  return [
    [
      'connections',
      {
        id: connection,
        user_key: userKey,
        seller_id: 'A1SELLER',
        region: 'eu',
        endpoint: 'https://sellingpartnerapi-eu.amazon.com',
        marketplace_ids: `{${DE}}`,
        marketplaces_learned_at: EARLIER,
        refresh_token: vault.seal(connection, 'Atzr|token'),
        status: 'connected',
        created_at: EARLIER,
        updated_at: FILLED_AT,
        authorized_at: EARLIER,
        first_sync_owed_at: FILLED_AT,
        purged_at: null,
      },
    ],
    [
      'syncs',
      {
        sync_id: sync.syncId,
        user_key: userKey,
        run_id: sync.runId,
        mode: 'auto',
        trigger: 'manual',
        status: 'complete',
        started_at: EARLIER,
        completed_at: FILLED_AT,
        body,
        checked_at: EARLIER,
      },
    ],
    ['current_syncs', { user_key: userKey, sync_id: sync.syncId, started_at: EARLIER }],
    [
      'cursors',
      {
        ...ofConnection,
        resource: 'orders',
        marketplace_id: DE,
        watermark: FILLED_AT,
        synced_at: FILLED_AT,
      },
    ],
    [
      'orders',
      {
        ...ofConnection,
        amazon_order_id: '302-1',
        marketplace_id: DE,
        sales_channel: 'Amazon.de',
        purchase_date: EARLIER,
        last_updated: FILLED_AT,
        status: 'SHIPPED',
        fulfilled_by: 'AMAZON',
        is_business: false,
        currency: 'EUR',
        total: '12.90',
        has_item_ids: true,
      },
    ],
    [
      'order_items',
      {
        ...ofConnection,
        amazon_order_id: '302-1',
        line: 0,
        order_item_id: 'ITEM-1',
        sku: sku.sku,
        asin: sku.asin,
        title: sku.title,
        quantity: 1,
        status: 'SHIPPED',
        currency: 'EUR',
        item_price: '12.90',
        item_tax: '2.06',
        shipping_price: '0.00',
        shipping_tax: '0.00',
        gift_wrap_price: null,
        gift_wrap_tax: null,
        promotion_discount: '1.00',
      },
    ],
    [
      'inventory',
      {
        ...ofConnection,
        marketplace_id: DE,
        ...sku,
        condition: 'NewItem',
        fulfillable: 5,
        inbound_working: 0,
        inbound_shipped: 1,
        inbound_receiving: 2,
        reserved: 3,
        unfulfillable: 4,
        researching: 0,
        total: 15,
        last_updated: EARLIER,
        scanned_at: FILLED_AT,
        gone_at: null,
      },
    ],
    [
      'claims',
      {
        ...ofConnection,
        reimbursement_id: 'R-1',
        approval_date: EARLIER,
        case_id: 'C-1',
        amazon_order_id: '302-1',
        reason: 'Lost_Warehouse',
        ...sku,
        condition: 'NewItem',
        currency: 'EUR',
        amount_per_unit: '4.10',
        amount_total: '8.20',
        quantity_cash: 2,
        quantity_inventory: 0,
        quantity_total: 2,
        original_reimbursement_id: null,
        original_reimbursement_type: null,
        occurrence: 0,
      },
    ],
    [
      'returns',
      {
        ...ofConnection,
        return_date: EARLIER,
        amazon_order_id: '302-1',
        ...sku,
        quantity: 1,
        fulfillment_center_id: 'LEX2',
        disposition: 'SELLABLE',
        reason: 'UNWANTED_ITEM',
        status: null,
        license_plate_number: 'LPNRR1',
        occurrence: 0,
      },
    ],
    [
      'report_requests',
      {
        ...ofConnection,
        report_type: 'ORDERS',
        range_from: EARLIER,
        range_to: FILLED_AT,
        marketplaces: DE,
        report_id: 'REPORT-1',
        requested_at: FILLED_AT,
      },
    ],
    [
      'quota_buckets',
      {
        ...ofConnection,
        operation: 'createReport',
        // The bucket is full again at that time: it held all but two of its 15.
        tat_ms: Date.parse(FILLED_AT) + (2 * 1020) / 0.0167,
        tokens: 13,
        counted_at_ms: Date.parse(FILLED_AT),
        per_second: null,
        slowdown: 1,
        slowed_until_ms: 0,
      },
    ],
    [
      'oauth_states',
      {
        state_hash: `state of ${userKey}`,
        nonce_hash: 'nonce',
        user_key: userKey,
        region: 'eu',
        created_at: EARLIER,
        expires_at: FILLED_AT,
        used_at: null,
      },
    ],
    [
      'sync_schedules',
      {
        user_key: userKey,
        enabled: false,
        hour_utc: 7,
        status: 'active',
        version: 3,
        applied_version: 2,
        changed_at: FILLED_AT,
        tried_at: null,
      },
    ],
    ['sync_places', { id: sync.syncId, user_key: userKey, held_until: FILLED_AT }],
    [
      'disconnections',
      {
        user_key: userKey,
        purge: false,
        disconnected_at: EARLIER,
        tried_at: EARLIER,
        finished_at: null,
      },
    ],
    [
      'webhooks',
      {
        id: webhook,
        user_key: userKey,
        url: 'https://receiver.example.com/',
        secret: vault.seal(`webhook ${webhook}`, 'whsec_secret'),
        created_at: EARLIER,
        failing_since: null,
        disabled_at: null,
        disabled_reason: null,
      },
    ],
    [
      'webhook_deliveries',
      {
        id: idOf(userKey, 'delivery'),
        webhook_id: webhook,
        sync_id: sync.syncId,
        type: 'sync.completed',
        body: '{}',
        state: 'pending',
        attempts: 1,
        last_status: 500,
        last_error: 'The receiver answered 500',
        created_at: EARLIER,
        attempted_at: EARLIER,
        next_attempt_at: FILLED_AT,
      },
    ],
    [
      'audit_events',
      { user_key: userKey, action: 'export', at: FILLED_AT, details: '{"list":"orders"}' },
    ],
  ];
}

/** Puts a user's row into every table that the schema has, as far as it has the columns; returns the tables. */
export async function fillTables(db: Database, userKey: string): Promise<string[]> {
  const columns = await columnsOf(db);
  const filled: string[] = [];
  for (const [table, row] of rowsOf(userKey)) {
    const known = columns.get(table);
    if (known === undefined) continue;
    const values = Object.entries(row).filter(([column]) => known.has(column));
    await sql`insert into ${sql.table(table)} (${sql.join(values.map(([column]) => sql.ref(column)))})
      values (${sql.join(values.map(([, value]) => value))})`.execute(db);
    filled.push(table);
  }
  return filled;
}

/** The columns of each table of the service, as the schema is at the moment. */
export async function columnsOf(db: Database): Promise<Map<string, Set<string>>> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and table_name not like 'kysely%'`.execute(db);
  const columns = new Map<string, Set<string>>();
  for (const { table, column } of rows) {
    columns.set(table, (columns.get(table) ?? new Set()).add(column));
  }
  return columns;
}
