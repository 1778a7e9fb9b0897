import type Router from '@koa/router';
import { z } from 'zod';
import { isKind } from './fault-spec';
import { reservedOf, type SandboxInventory, totalOf, unfulfillableOf } from './sandbox-seller';
import { invalidInput } from './sp-api-error';
import {
  checkMarketplaces,
  QueryList,
  readInput,
  type SandboxWorld,
  type Scripted,
  type SpApiAnswer,
  type SpApiCall,
  spApiOperation,
  Time,
} from './sp-api-operation';

const PAGE_SIZE = 50;
/** Seconds that a nextToken is good for (FBA Inventory v1, parameter `nextToken`). */
const NEXT_TOKEN_LIFETIME = 30;

const SummariesQuery = z.object({
  granularityType: z.literal('Marketplace'),
  granularityId: z.string().min(1),
  marketplaceIds: QueryList(z.string().min(1)).pipe(z.array(z.string()).length(1)),
  details: z.enum(['true', 'false']).default('false'),
  startDateTime: Time.optional(),
  sellerSkus: QueryList(z.string()).pipe(z.array(z.string()).max(50)).optional(),
  sellerSku: z.string().optional(),
  nextToken: z.string().optional(),
});
type SummariesQuery = z.infer<typeof SummariesQuery>;

/** FBA Inventory v1: 50 summaries a page, in the order of the SKUs. */
export function serveInventory(router: Router, world: SandboxWorld): void {
  router.get(
    '/fba/inventory/v1/summaries',
    spApiOperation(world, 'getInventorySummaries', (call) => summaries(world, call)),
  );
}

function summaries({ tokens, lifetime }: SandboxWorld, call: SpApiCall): SpApiAnswer {
  const { seller, query, scripted } = call;
  const asked = readInput(SummariesQuery, query);
  const { granularityId: marketplaceId } = asked;
  if (asked.marketplaceIds[0] !== marketplaceId)
    throw invalidInput('granularityId and marketplaceIds name different marketplaces.');
  checkMarketplaces(seller, [marketplaceId]);

  const after = asked.nextToken === undefined ? '' : skuBefore(tokens, asked, scripted);
  const found = seller.inventory
    .filter((stock) => stock.marketplaceId === marketplaceId && isAskedFor(stock, asked))
    .sort((a, b) => (a.product.sku < b.product.sku ? -1 : 1));
  const reached = found.filter(({ product }) => product.sku <= after).length;
  const isRepeated = after !== '' && scripted(isKind('repeat_page')) !== null;
  const start = isRepeated ? Math.max(0, reached - PAGE_SIZE) : reached;
  const page = found.slice(start, isRepeated ? reached : start + PAGE_SIZE);
  // After the page before, it goes on where it would have.
  const last = isRepeated ? after : page.at(-1)?.product.sku;
  const more = found.length > start + page.length && last !== undefined;
  const place = JSON.stringify([marketplaceId, last]);
  return {
    status: 200,
    body: {
      payload: {
        granularity: { granularityType: 'Marketplace', granularityId: marketplaceId },
        inventorySummaries: page.map((stock) => summaryOf(stock, asked.details === 'true')),
      },
      ...(more && {
        pagination: {
          nextToken: tokens.issue('inventory-page', place, lifetime(NEXT_TOKEN_LIFETIME)),
        },
      }),
    },
  };
}

const Place = z.tuple([z.string(), z.string()]);

function skuBefore(
  tokens: SandboxWorld['tokens'],
  asked: SummariesQuery,
  scripted: Scripted,
): string {
  const reading = tokens.read('inventory-page', asked.nextToken ?? '');
  if (reading.state !== 'live' || scripted(isKind('expired_page_token')))
    throw invalidInput('nextToken is expired or invalid.');
  const [marketplaceId, sku] = Place.parse(JSON.parse(reading.data));
  if (marketplaceId !== asked.granularityId)
    throw invalidInput('nextToken belongs to another request.');
  return sku;
}

/** Of the three filters Amazon heeds the first one given. */
function isAskedFor(stock: SandboxInventory, asked: SummariesQuery): boolean {
  if (asked.startDateTime !== undefined)
    return stock.updatedAt !== null && stock.updatedAt >= asked.startDateTime;
  if (asked.sellerSkus) return asked.sellerSkus.includes(stock.product.sku);
  return asked.sellerSku === undefined || asked.sellerSku === stock.product.sku;
}

function summaryOf(stock: SandboxInventory, details: boolean): Record<string, unknown> {
  const { product, reserved, unfulfillable, updatedAt } = stock;
  return {
    asin: product.asin,
    fnSku: product.fnsku,
    sellerSku: product.sku,
    condition: stock.condition,
    ...(details && {
      inventoryDetails: {
        fulfillableQuantity: stock.fulfillable,
        inboundWorkingQuantity: stock.inboundWorking,
        inboundShippedQuantity: stock.inboundShipped,
        inboundReceivingQuantity: stock.inboundReceiving,
        reservedQuantity: {
          totalReservedQuantity: reservedOf(stock),
          pendingCustomerOrderQuantity: reserved.customerOrders,
          pendingTransshipmentQuantity: reserved.transshipment,
          fcProcessingQuantity: reserved.processing,
        },
        researchingQuantity: {
          totalResearchingQuantity: stock.researching,
          researchingQuantityBreakdown: [
            { name: 'researchingQuantityInShortTerm', quantity: stock.researching },
          ],
        },
        unfulfillableQuantity: {
          totalUnfulfillableQuantity: unfulfillableOf(stock),
          customerDamagedQuantity: unfulfillable.customerDamaged,
          defectiveQuantity: unfulfillable.defective,
        },
      },
    }),
    lastUpdatedTime:
      updatedAt === null ? '' : new Date(updatedAt).toISOString().replace('.000Z', 'Z'),
    productName: product.title,
    totalQuantity: totalOf(stock),
    stores: [],
  };
}
