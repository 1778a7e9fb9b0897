import { z } from 'zod';
import type { CallApi } from './api-client';
import { UtcTime } from './times';

export interface InventoryQuery {
  marketplaceId: string;
  /** Of the page before; expires 30 seconds after it was given (then `PaginationTokenExpired`). */
  nextToken?: string;
}

export interface InventoryPage {
  items: InventoryItem[];
  nextToken: string | null;
}

/** What Amazon holds of one SKU in one marketplace, in units. */
export interface InventoryItem {
  sku: string;
  fnsku: string | null;
  asin: string | null;
  title: string | null;
  condition: string | null;
  fulfillable: number;
  inboundWorking: number;
  inboundShipped: number;
  inboundReceiving: number;
  reserved: number;
  unfulfillable: number;
  researching: number;
  total: number;
  /** ISO UTC; null for a SKU that Amazon has no time for. */
  lastUpdated: string | null;
}

/** Amazon writes "" for what it does not know. */
const Text = z
  .string()
  .nullish()
  .transform((text) => text || null);

const Units = z
  .int()
  .nullish()
  .transform((units) => units ?? 0);

const Summaries = z.object({
  payload: z.object({
    inventorySummaries: z.array(
      z.object({
        sellerSku: z.string().min(1),
        fnSku: Text,
        asin: Text,
        productName: Text,
        condition: Text,
        lastUpdatedTime: Text.pipe(UtcTime.nullable()),
        totalQuantity: z.int(),
        // Comes with details=true; without it every quantity would read as none in stock.
        inventoryDetails: z.object({
          fulfillableQuantity: Units,
          inboundWorkingQuantity: Units,
          inboundShippedQuantity: Units,
          inboundReceivingQuantity: Units,
          reservedQuantity: z.object({ totalReservedQuantity: Units }).nullish(),
          unfulfillableQuantity: z.object({ totalUnfulfillableQuantity: Units }).nullish(),
          researchingQuantity: z.object({ totalResearchingQuantity: Units }).nullish(),
        }),
      }),
    ),
  }),
  pagination: z.object({ nextToken: Text }).nullish(),
});
type Summary = z.infer<typeof Summaries>['payload']['inventorySummaries'][number];

/**
 * One page of a full scan. There is no filter by time: Amazon's `startDateTime` misses changes of the
 * inbound quantities (FBA Inventory API v1, getInventorySummaries).
 */
export async function inventoryPage(
  call: CallApi,
  { marketplaceId, nextToken }: InventoryQuery,
  signal: AbortSignal,
): Promise<InventoryPage> {
  const { value } = await call(
    {
      operation: 'getInventorySummaries',
      path: '/fba/inventory/v1/summaries',
      query: {
        granularityType: 'Marketplace',
        granularityId: marketplaceId,
        marketplaceIds: marketplaceId,
        details: 'true',
        nextToken,
      },
      paged: nextToken !== undefined,
      answer: Summaries,
    },
    signal,
  );
  return {
    items: value.payload.inventorySummaries.map(itemOf),
    nextToken: value.pagination?.nextToken ?? null,
  };
}

function itemOf(summary: Summary): InventoryItem {
  const { inventoryDetails: details } = summary;
  return {
    sku: summary.sellerSku,
    fnsku: summary.fnSku,
    asin: summary.asin,
    title: summary.productName,
    condition: summary.condition,
    fulfillable: details.fulfillableQuantity,
    inboundWorking: details.inboundWorkingQuantity,
    inboundShipped: details.inboundShippedQuantity,
    inboundReceiving: details.inboundReceivingQuantity,
    reserved: details.reservedQuantity?.totalReservedQuantity ?? 0,
    unfulfillable: details.unfulfillableQuantity?.totalUnfulfillableQuantity ?? 0,
    researching: details.researchingQuantity?.totalResearchingQuantity ?? 0,
    total: summary.totalQuantity,
    lastUpdated: summary.lastUpdatedTime,
  };
}
