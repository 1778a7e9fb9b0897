import type Router from '@koa/router';
import { z } from 'zod';
import { REGION_NAMES } from '../../contract/region-names';
import { Region } from '../../contract/regions';
import { everyResource } from '../../contract/resources';
import type { ApiDeps } from '../api-deps';
import type { Purged as Purge } from '../disconnector';
import { endpoint } from '../endpoint';

const PurgeWord = z
  .enum(['0', '1', 'true', 'false'])
  .transform((word) => ['1', 'true'].includes(word));
const Query = z.object({ purge: PurgeWord.optional(), region: Region.optional() });
const Body = z.strictObject({
  purge: z.union([z.boolean(), z.literal([0, 1]).transform(Boolean)]).optional(),
  region: Region.optional(),
});

const Rows = z.object(everyResource(() => z.number().int()));

const Left = z.object(everyResource(() => z.number().int().nullable()));

const Purged = z.object({
  /** Gone with this answer. */
  deleted: Rows.extend({ syncs: z.number().int(), webhooks: z.number().int() }),
  /** No longer shown, and deleted within minutes; null where there are too many to count at once. */
  remaining: Left,
});

export const Disconnected = z.object({
  success: z.literal(true),
  ok: z.literal(true),
  message: z.string(),
  ...Purged.shape,
});

const DESCRIPTION =
  'Ends the connection, or only that of one `region`; a sync that runs is cancelled and the daily sync removed ' +
  'where none is left. With `purge=1` everything that is stored goes too. `deleted` counts the rows that are gone ' +
  'with the answer, `remaining` those of large sellers, which are no longer shown and are deleted within minutes (null ' +
  'where they are too many to count at once). ' +
  'Without it, rows are kept for a number of days that the service sets.';

/** Disconnects Amazon. Doing so again changes nothing; purging can follow later. */
export function disconnect(router: Router, deps: ApiDeps): void {
  endpoint(
    router,
    deps,
    {
      method: 'POST',
      path: '/api/v1/integrations/amazon/disconnect',
      operationId: 'disconnectAmazon',
      tag: 'Connection',
      summary: 'Disconnect Amazon',
      description: DESCRIPTION,
      query: Query,
      body: Body,
      reply: Disconnected,
    },
    async ({ userKey, query, body }) => {
      const purge = body.purge ?? query.purge ?? false;
      const region = body.region ?? query.region;
      const purged = await deps.disconnector.disconnect({ userKey, purge, region });
      return { success: true, ok: true, message: messageOf(purge, region, purged), ...purged };
    },
  );
  endpoint(
    router,
    deps,
    {
      method: 'POST',
      path: '/api/v1/integrations/disconnect',
      operationId: 'disconnectProvider',
      tag: 'Connection',
      summary: 'Disconnect a provider',
      description: 'Amazon is the only provider that this service connects.',
      query: z.object({
        provider: z.literal('amazon', 'This service connects amazon only.'),
        purge: PurgeWord.optional(),
      }),
      reply: z.object({ ok: z.literal(true), ...Purged.partial().shape }),
      deprecated: '/api/v1/integrations/amazon/disconnect',
    },
    async ({ userKey, query: { purge = false } }) => {
      const purged = await deps.disconnector.disconnect({ userKey, purge, region: undefined });
      return { ok: true, ...(purge && purged) };
    },
  );
}

/** One region is not all of Amazon, and what is left is not deleted yet. */
function messageOf(purge: boolean, region: Region | undefined, { remaining }: Purge): string {
  const what = region === undefined ? 'Amazon' : `Amazon ${REGION_NAMES[region]}`;
  if (!purge) return `${what} is disconnected`;
  const data = region === undefined ? 'your data' : 'its data';
  const isGone = Object.values(remaining).every((rows) => rows === 0);
  return isGone
    ? `${what} is disconnected, and ${data} deleted`
    : `${what} is disconnected; ${data} is no longer shown, and deleted within minutes`;
}
