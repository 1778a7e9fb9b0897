import { z } from 'zod';
import { Region } from './regions';
import { ResourceName } from './resource-schema';

/** What the audit trail tells of. A word never changes its meaning, and none is taken away: events outlive versions. */
export const AuditAction = z.enum([
  /** Amazon was connected, a seller's authorization renewed, or found withdrawn by Amazon. */
  'connect',
  'reauthorize',
  'authorization_withdrawn',
  'disconnect',
  /** What was stored is deleted, or marked to be; and the last row of a connection so marked is gone. */
  'purge',
  'purge_finished',
  /** A download of all rows of a list has begun. */
  'export',
  /** A sync was asked to end. */
  'cancel',
  'schedule_changed',
  'webhook_created',
  'webhook_disabled',
  'webhook_deleted',
  /** Tokens and secrets were sealed anew. Of the service, and so of no user. */
  'key_rotation',
]);
export type AuditAction = z.infer<typeof AuditAction>;

/**
 * What else an event may say: ids of this service, counts, and words of its own. Strict, so that nobody adds a
 * seller, an address, a token or anything else that a purge would have to delete from a trail that outlives it.
 */
export const AuditDetails = z.strictObject({
  /** Who, where it was not the user. */
  by: z.enum(['amazon', 'operator', 'retention', 'service']).optional(),
  region: Region.optional(),
  connectionId: z.uuid().optional(),
  /** The connection of another seller whose place it took. */
  replaced: z.uuid().optional(),
  syncId: z.string().optional(),
  webhookId: z.uuid().optional(),
  list: ResourceName.optional(),
  enabled: z.boolean().optional(),
  hourUtc: z.number().int().optional(),
  /** How many. */
  connections: z.number().int().optional(),
  syncs: z.number().int().optional(),
  webhooks: z.number().int().optional(),
  /** The id of a key in the settings, not the key. */
  keyId: z.string().optional(),
});
export type AuditDetails = z.infer<typeof AuditDetails>;

export const AuditEvent = z
  .object({
    id: z.string().describe('Names this event for good'),
    at: z.iso.datetime(),
    action: AuditAction,
    details: AuditDetails,
  })
  .meta({
    id: 'AuditEvent',
    description: 'Something that was done to the account, by whom and when',
  });
export type AuditEvent = z.infer<typeof AuditEvent>;
