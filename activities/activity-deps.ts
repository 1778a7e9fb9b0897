import type { Amazon } from '../amazon/amazon';
import type { Logger } from '../observability/logger';
import type { Observer } from '../observability/observer';
import type { ScopedDatabase } from '../store/scoped-database';
import type { SyncLimits } from '../store/sync-places';
import type { TokenVault } from '../store/token-vault';
import type { SendWebhook } from '../webhooks/send-webhook';
import type { DeliveryStarter } from '../webhooks/start-delivery';
import type { TemporalAccess } from './temporal-access';

/** The world of the activities. */
export interface ActivityDeps {
  db: ScopedDatabase;
  amazon: Amazon;
  vault: TokenVault;
  temporal: TemporalAccess;
  sendWebhook: SendWebhook;
  deliveries: DeliveryStarter;
  log: Logger;
  observer: Observer;
  /** Epoch ms. */
  now: () => number;
  /** Seconds that pass at Amazon in one of ours; 1 but for a local Amazon whose clock runs fast. */
  clockSpeed: number;
  /** Days for which data is kept after its connection has ended. */
  retentionDays: number;
  /** How many syncs may run at once. */
  syncLimits: SyncLimits;
}
