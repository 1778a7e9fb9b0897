import { z } from 'zod';
import { Webhook, WebhookDelivery } from '../../contract/webhooks';
import type { SyncClient } from '../../dev/sync-client';

export const WEBHOOKS = '/api/v1/integrations/amazon/webhooks';

const RegisteredWebhook = z.strictObject({
  success: z.literal(true),
  ...Webhook.shape,
  secret: z.string().regex(/^whsec_/),
});
export type RegisteredWebhook = z.infer<typeof RegisteredWebhook>;

const Deliveries = z.strictObject({
  success: z.literal(true),
  deliveries: z.array(WebhookDelivery.strict()),
});

/** Registers a webhook, which must be accepted. */
export async function registerWebhook(client: SyncClient, url: string): Promise<RegisteredWebhook> {
  const answer = await client.post(WEBHOOKS, { url });
  if (answer.status !== 200) throw new Error(`Not accepted: ${JSON.stringify(answer)}`);
  return RegisteredWebhook.parse(answer.body);
}

/** The deliveries of a webhook, newest first. */
export async function deliveriesOf(
  client: SyncClient,
  id: string,
  query = '',
): Promise<WebhookDelivery[]> {
  const answer = await client.get(`${WEBHOOKS}/${id}/deliveries${query}`);
  if (answer.status !== 200) throw new Error(`No deliveries: ${JSON.stringify(answer)}`);
  return Deliveries.parse(answer.body).deliveries;
}
