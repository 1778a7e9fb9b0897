import { WebhookEvent } from '../../contract/webhooks';
import type { WebhookItem } from './openapi-types';
import type { SchemaSet } from './schema-set';

const HEADERS = {
  'webhook-id':
    'Of the delivery: the same at each attempt, so that one which comes twice counts once',
  'webhook-timestamp': 'When this attempt was made, seconds since the epoch',
  'webhook-signature':
    '`v1,` and a signature of id, timestamp and body by the secret, after the Standard Webhooks specification',
} as const;

/** What this service sends to the URLs that users have registered. */
export function openApiWebhook(schemas: SchemaSet): WebhookItem {
  return {
    post: {
      operationId: 'receiveSyncEnded',
      tags: ['Webhooks'],
      summary: 'A sync has ended',
      description:
        'Sent to each webhook of the user, and again for about a day until it is answered with a 2xx within 15 s. ' +
        '410 says that nothing more is to be sent. Redirects are not followed.',
      security: [],
      parameters: Object.entries(HEADERS).map(([name, description]) => ({
        name,
        in: 'header' as const,
        required: true,
        description,
        schema: { type: 'string' },
      })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemas.of(WebhookEvent, 'output') } },
      },
      responses: { '2XX': { description: 'It has arrived; the body is not read.' } },
    },
  };
}
