import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { AuditAction, AuditDetails } from '../contract/audit';
import type { Region } from '../contract/regions';
import type { Resource } from '../contract/resources';
import type { SyncStatus, SyncStatusBody } from '../contract/sync-status';
import type { WebhookDeliveryState, WebhookEventType } from '../contract/webhooks';

/** Written as an ISO string or a Date, read as a Date. */
type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** Exact decimals: strings both ways, never a float. */
type Decimal = string;
/** Written as JSON text, read as a value that its reader validates or that only this service wrote. */
type Json<T> = ColumnType<T, string, string>;

export interface ConnectionsTable {
  id: string;
  user_key: string;
  seller_id: string;
  region: Region;
  /** The base URL this connection calls; hosts are never mixed within one connection. */
  endpoint: string;
  marketplace_ids: string[];
  /** When Amazon last told them; null while they are unknown, or only said by whoever connected. */
  marketplaces_learned_at: Timestamp | null;
  /** When the seller last gave the authorization. */
  authorized_at: Timestamp;
  /** Since when a sync is owed that covers what the seller has connected; null once one has begun. */
  first_sync_owed_at: Timestamp | null;
  /** Null once disconnected: the token is gone, the rows may stay. */
  refresh_token: string | null;
  status: 'connected' | 'reauthorization_required' | 'disconnected';
  created_at: Timestamp;
  updated_at: Timestamp;
  /** Set once its rows are to be deleted; only ever on a disconnected one. */
  purged_at: Timestamp | null;
}

export interface OauthStatesTable {
  /** SHA-256: whoever reads the table can finish nobody's authorization. */
  state_hash: string;
  /** Of the cookie of the browser that began. */
  nonce_hash: string;
  user_key: string;
  region: Region;
  created_at: Timestamp;
  expires_at: Timestamp;
  used_at: Timestamp | null;
}

export interface SyncsTable {
  sync_id: string;
  user_key: string;
  run_id: string;
  mode: 'auto' | 'full';
  trigger: 'manual' | 'schedule' | 'connect';
  status: SyncStatus;
  started_at: Timestamp;
  completed_at: Timestamp | null;
  /** The final status, or while the sync runs the last one that anybody was shown. */
  body: Json<SyncStatusBody> | null;
  /** When somebody last looked whether it still runs. */
  checked_at: Timestamp | null;
}

export interface CurrentSyncsTable {
  user_key: string;
  sync_id: string;
  started_at: Timestamp;
}

export interface CursorsTable {
  connection_id: string;
  resource: Resource;
  /** Empty for claims and returns, which Amazon reports for the whole connection. */
  marketplace_id: string;
  /** Everything that changed at Amazon before this is here. */
  watermark: Timestamp;
  /** When the last import that was whole ended. */
  synced_at: Timestamp;
}

export interface OrdersTable {
  connection_id: string;
  amazon_order_id: string;
  marketplace_id: string | null;
  sales_channel: string | null;
  purchase_date: Timestamp;
  last_updated: Timestamp;
  status: string;
  fulfilled_by: string | null;
  is_business: boolean | null;
  currency: string | null;
  total: Decimal | null;
  /** Whether its items came from a search; reports have no item ids. */
  has_item_ids: boolean;
}

export interface OrderItemsTable {
  connection_id: string;
  amazon_order_id: string;
  /** 0, 1, … in Amazon's order. */
  line: number;
  order_item_id: string | null;
  sku: string | null;
  asin: string | null;
  title: string | null;
  quantity: number;
  status: string | null;
  currency: string | null;
  item_price: Decimal | null;
  item_tax: Decimal | null;
  shipping_price: Decimal | null;
  shipping_tax: Decimal | null;
  gift_wrap_price: Decimal | null;
  gift_wrap_tax: Decimal | null;
  promotion_discount: Decimal | null;
}

export interface InventoryTable {
  id: GeneratedAlways<string>;
  connection_id: string;
  marketplace_id: string;
  sku: string;
  fnsku: string | null;
  asin: string | null;
  title: string | null;
  condition: string | null;
  fulfillable: number;
  inbound_working: number;
  inbound_shipped: number;
  inbound_receiving: number;
  reserved: number;
  unfulfillable: number;
  researching: number;
  total: number;
  last_updated: Timestamp | null;
  /** When the newest scan began that saw this row, or found it gone. */
  scanned_at: Timestamp;
  /** Set when a whole scan no longer saw it. */
  gone_at: Timestamp | null;
}

export interface ClaimsTable {
  id: GeneratedAlways<string>;
  connection_id: string;
  reimbursement_id: string;
  approval_date: Timestamp;
  case_id: string | null;
  amazon_order_id: string | null;
  reason: string | null;
  sku: string | null;
  fnsku: string | null;
  asin: string | null;
  title: string | null;
  condition: string | null;
  currency: string | null;
  amount_per_unit: Decimal | null;
  amount_total: Decimal | null;
  quantity_cash: number | null;
  quantity_inventory: number | null;
  quantity_total: number | null;
  original_reimbursement_id: string | null;
  original_reimbursement_type: string | null;
  occurrence: number;
}

export interface ReturnsTable {
  id: GeneratedAlways<string>;
  connection_id: string;
  return_date: Timestamp;
  amazon_order_id: string;
  sku: string;
  asin: string | null;
  fnsku: string | null;
  title: string | null;
  quantity: number;
  fulfillment_center_id: string | null;
  disposition: string | null;
  reason: string | null;
  status: string | null;
  license_plate_number: string | null;
  occurrence: number;
}

export interface ReportRequestsTable {
  connection_id: string;
  report_type: string;
  range_from: Timestamp;
  range_to: Timestamp;
  /** Sorted, with a space between them. */
  marketplaces: string;
  report_id: string;
  requested_at: Timestamp;
}

export interface QuotaBucketsTable {
  connection_id: string;
  operation: string;
  /** Requests left at `counted_at_ms`, parts of one too; below zero by those that wait for their turn. */
  tokens: number;
  /** Epoch ms by the clock of the worker that was furthest ahead. */
  counted_at_ms: number;
  /** What Amazon last said it allows, in its own seconds; null while the default plan holds. */
  per_second: number | null;
  /** How many times slower than that until `slowed_until_ms`, since Amazon has answered 429. */
  slowdown: number;
  /** Epoch ms; 0 for never. */
  slowed_until_ms: number;
}

export interface SyncSchedulesTable {
  user_key: string;
  enabled: boolean;
  hour_utc: number;
  /** Not active: no Schedule in Temporal. Purged: and what the user had set is forgotten. */
  status: 'active' | 'removed' | 'purged';
  /** Counts the changes. */
  version: number;
  /** What Temporal's Schedule was brought to; 0 for nothing. */
  applied_version: Generated<number>;
  changed_at: Timestamp;
  tried_at: Timestamp | null;
}

export interface DisconnectionsTable {
  id: GeneratedAlways<string>;
  user_key: string;
  purge: boolean;
  disconnected_at: Timestamp;
  tried_at: Timestamp | null;
  /** Set once nothing of it is left to do in Temporal. */
  finished_at: Timestamp | null;
}

export interface WebhooksTable {
  id: string;
  user_key: string;
  url: string;
  /** Sealed, for this webhook. */
  secret: string;
  created_at: Timestamp;
  /** When the first of the deliveries ended that have all failed since the last one that did not. */
  failing_since: Timestamp | null;
  disabled_at: Timestamp | null;
  disabled_reason: string | null;
}

export interface WebhookDeliveriesTable {
  id: Generated<string>;
  webhook_id: string;
  sync_id: string;
  type: WebhookEventType;
  /** What is posted, byte for byte the same at every attempt. */
  body: string;
  state: Generated<WebhookDeliveryState>;
  attempts: Generated<number>;
  last_status: number | null;
  last_error: string | null;
  created_at: Timestamp;
  attempted_at: Timestamp | null;
  /** Null once it has ended. */
  next_attempt_at: Timestamp | null;
}

export interface AuditEventsTable {
  /** Counts up over all users, in the order of writing. */
  id: GeneratedAlways<string>;
  /** Null where it is of the service and no user. */
  user_key: string | null;
  action: AuditAction;
  at: Timestamp;
  details: Json<AuditDetails>;
}

/** A place of a sync that is about to start; its row in `syncs` takes the place over. */
export interface SyncPlacesTable {
  id: string;
  user_key: string;
  held_until: Timestamp;
}

export interface Tables {
  connections: ConnectionsTable;
  oauth_states: OauthStatesTable;
  syncs: SyncsTable;
  current_syncs: CurrentSyncsTable;
  cursors: CursorsTable;
  orders: OrdersTable;
  order_items: OrderItemsTable;
  inventory: InventoryTable;
  claims: ClaimsTable;
  returns: ReturnsTable;
  report_requests: ReportRequestsTable;
  quota_buckets: QuotaBucketsTable;
  sync_schedules: SyncSchedulesTable;
  disconnections: DisconnectionsTable;
  webhooks: WebhooksTable;
  webhook_deliveries: WebhookDeliveriesTable;
  audit_events: AuditEventsTable;
  sync_places: SyncPlacesTable;
}
