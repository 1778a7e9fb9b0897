import { randomUUID } from 'node:crypto';
import type { Region } from '../../../contract/regions';
import { startingState } from '../../../contract/starting-state';
import { statusBodyOf } from '../../../contract/status-body';
import type { SyncStatusBody } from '../../../contract/sync-status';
import type { NewClaim } from '../../../store/claims';
import { connect, type NewConnection } from '../../../store/connections';
import type { Database } from '../../../store/database';
import type { NewInventoryItem } from '../../../store/inventory';
import type { NewOrder, NewOrderItem } from '../../../store/orders';
import type { NewReturn } from '../../../store/returns';
import type { NewSync } from '../../../store/syncs';
import { TokenVault } from '../../../store/token-vault';

export const NOW = new Date('2026-03-01T12:00:00.000Z');
export const vault = new TokenVault([{ id: 'k1', key: Buffer.alloc(32, 1) }]);

export function newConnection(
  userKey: string,
  change: Partial<NewConnection> & { region?: Region } = {},
): NewConnection {
  return {
    id: randomUUID(),
    userKey,
    sellerId: 'A1SELLER',
    region: 'eu',
    endpoint: 'https://sellingpartnerapi-eu.amazon.com',
    marketplaceIds: ['A1PA6795UKMFR9'],
    refreshToken: 'Atzr|token',
    ...change,
  };
}

/** Connects a user; returns the id of the connection. */
export const connected = (db: Database, userKey: string, change: Partial<NewConnection> = {}) =>
  connect(db, vault, newConnection(userKey, change), NOW);

export function newSync(userKey: string, at = NOW.getTime(), runId = 'run-1'): NewSync {
  return {
    syncId: `sync_${userKey}_${at}`,
    userKey,
    runId,
    mode: 'auto',
    trigger: 'manual',
    startedAt: new Date(at),
  };
}

/** A status body of a sync with a few values of its own. */
export function bodyOf(sync: NewSync, change: Partial<SyncStatusBody> = {}): SyncStatusBody {
  const state = startingState({ ...sync, startedAt: sync.startedAt.toISOString() });
  return { ...statusBodyOf(state, {}, NOW.getTime()), ...change };
}

export const COMPLETE = {
  status: 'complete',
  progress: 100,
  completedAt: NOW.toISOString(),
} as const;
export const FAILED = { status: 'failed', progress: 50, completedAt: NOW.toISOString() } as const;

export function item(change: Partial<NewOrderItem> = {}): NewOrderItem {
  return {
    orderItemId: null,
    sku: 'SKU-1',
    asin: 'B000000001',
    title: 'A thing',
    quantity: 1,
    status: 'Shipped',
    currency: 'EUR',
    itemPrice: '12.90',
    itemTax: null,
    shippingPrice: null,
    shippingTax: null,
    giftWrapPrice: null,
    giftWrapTax: null,
    promotionDiscount: null,
    ...change,
  };
}

export function order(amazonOrderId: string, change: Partial<NewOrder> = {}): NewOrder {
  return {
    amazonOrderId,
    marketplaceId: 'A1PA6795UKMFR9',
    salesChannel: 'Amazon.de',
    purchaseDate: '2026-02-01T10:00:00.000Z',
    lastUpdated: '2026-02-02T10:00:00.000Z',
    status: 'Shipped',
    fulfilledBy: 'AMAZON',
    isBusiness: false,
    currency: 'EUR',
    total: '12.90',
    items: [item()],
    ...change,
  };
}

export function stock(sku: string, change: Partial<NewInventoryItem> = {}): NewInventoryItem {
  return {
    sku,
    fnsku: `X-${sku}`,
    asin: 'B000000001',
    title: 'A thing',
    condition: 'NewItem',
    fulfillable: 5,
    inboundWorking: 0,
    inboundShipped: 0,
    inboundReceiving: 0,
    reserved: 1,
    unfulfillable: 0,
    researching: 0,
    total: 6,
    lastUpdated: null,
    ...change,
  };
}

export function claim(reimbursementId: string, change: Partial<NewClaim> = {}): NewClaim {
  return {
    reimbursementId,
    approvalDate: '2026-02-01T10:00:00.000Z',
    caseId: null,
    amazonOrderId: null,
    reason: 'Lost_Warehouse',
    sku: 'SKU-1',
    fnsku: 'X-1',
    asin: 'B000000001',
    title: 'A thing',
    condition: 'NewItem',
    currency: 'EUR',
    amountPerUnit: '4.10',
    amountTotal: '8.20',
    quantityCash: 2,
    quantityInventory: 0,
    quantityTotal: 2,
    originalReimbursementId: null,
    originalReimbursementType: null,
    occurrence: 0,
    ...change,
  };
}

export function returned(amazonOrderId: string, change: Partial<NewReturn> = {}): NewReturn {
  return {
    returnDate: '2026-02-01T10:00:00.000Z',
    amazonOrderId,
    sku: 'SKU-1',
    asin: 'B000000001',
    fnsku: 'X-1',
    title: 'A thing',
    quantity: 1,
    fulfillmentCenterId: 'LEX2',
    disposition: 'SELLABLE',
    reason: 'UNWANTED_ITEM',
    status: 'Unit returned to inventory',
    licensePlateNumber: 'LPNRR1',
    occurrence: 0,
    ...change,
  };
}
