import type Router from '@koa/router';
import { z } from 'zod';
import { WEBHOOKS_PER_USER, Webhook, WebhookDelivery } from '../../contract/webhooks';
import { listDeliveries } from '../../store/webhook-deliveries';
import { deleteWebhook, listWebhooks } from '../../store/webhooks';
import type { ApiDeps } from '../api-deps';
import { ApiError } from '../api-error';
import { endpoint } from '../endpoint';

const PATH = '/api/v1/integrations/amazon/webhooks';

const Success = z.object({ success: z.literal(true) });
const Url = z.strictObject({ url: z.string() });
const Params = z.object({ id: z.string() });
const LIMIT = 'must be from 1 to 100';
const DeliveriesQuery = z.object({
  limit: z.coerce.number('must be a number').int().min(1, LIMIT).max(100, LIMIT).default(20),
});

const WebhookRegistered = z.object({
  ...Success.shape,
  ...Webhook.shape,
  secret: z.string(),
});
const Webhooks = z.object({ ...Success.shape, webhooks: z.array(Webhook) });
const WebhookDeleted = z.object({ ...Success.shape, message: z.string() });
const Deliveries = z.object({ ...Success.shape, deliveries: z.array(WebhookDelivery) });

/** Webhooks: who is told how each sync of the user ended, and what was told so far. */
export function webhooks(router: Router, deps: ApiDeps): void {
  const { db } = deps;
  endpoint(
    router,
    deps,
    {
      method: 'POST',
      path: PATH,
      operationId: 'registerWebhook',
      tag: 'Webhooks',
      summary: 'Register a webhook',
      description: `The URL is told how each sync ends: over https, signed after the Standard Webhooks specification. The \`secret\` to verify with is told once, here. A user has at most ${WEBHOOKS_PER_USER}.`,
      body: Url,
      reply: WebhookRegistered,
      errors: ['too_many_webhooks'],
    },
    async ({ userKey, body }) => {
      const registration = await deps.webhooks.register(userKey, body.url);
      switch (registration.kind) {
        case 'registered':
          return { success: true, ...registration.webhook, secret: registration.secret };
        case 'refused':
          throw new ApiError('invalid_request', { message: `url: ${registration.fault}` });
        case 'too_many':
          throw new ApiError('too_many_webhooks');
        default:
          return registration satisfies never;
      }
    },
  );
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: PATH,
      operationId: 'listWebhooks',
      tag: 'Webhooks',
      summary: 'List webhooks, oldest first',
      reply: Webhooks,
    },
    async ({ userKey }) => ({
      success: true,
      webhooks: await listWebhooks(db.ofUser(userKey), userKey, WEBHOOKS_PER_USER),
    }),
  );
  endpoint(
    router,
    deps,
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      operationId: 'deleteWebhook',
      tag: 'Webhooks',
      summary: 'Delete a webhook and its deliveries',
      params: Params,
      reply: WebhookDeleted,
      errors: ['not_found'],
    },
    async ({ userKey, params }) => {
      const id = webhookId(params.id);
      if (!(await deleteWebhook(db.ofUser(userKey), userKey, id, new Date(deps.now()))))
        throw unknown();
      return { success: true, message: 'The webhook is deleted' };
    },
  );
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: `${PATH}/:id/deliveries`,
      operationId: 'listWebhookDeliveries',
      tag: 'Webhooks',
      summary: 'List recent deliveries of a webhook, newest first',
      params: Params,
      query: DeliveriesQuery,
      reply: Deliveries,
      errors: ['not_found'],
    },
    async ({ userKey, params, query }) => {
      const deliveries = await listDeliveries(
        db.ofUser(userKey),
        userKey,
        webhookId(params.id),
        query.limit,
      );
      if (deliveries === undefined) throw unknown();
      return { success: true, deliveries };
    },
  );
}

/** PostgreSQL refuses to compare a UUID with what is none; nothing has such an id. */
function webhookId(id: string): string {
  if (!z.uuid().safeParse(id).success) throw unknown();
  return id;
}

function unknown(): ApiError {
  return new ApiError('not_found', { message: 'There is no such webhook.' });
}
