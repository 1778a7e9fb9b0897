import type { Region } from '../contract/regions';
import type { Logger } from '../observability/logger';
import type { Observer } from '../observability/observer';
import type { Tracer } from '../observability/tracer';
import type { ScopedDatabase } from '../store/scoped-database';
import type { AmazonAddresses } from './amazon-addresses';
import type { ConsentStates } from './consent-states';
import type { DailySchedules } from './daily-schedules';
import type { Disconnector } from './disconnector';
import type { Downloads } from './downloads';
import type { Endpoint } from './endpoint';
import type { NonceCookie } from './nonce-cookie';
import type { ProgressStreams } from './progress-stream';
import type { SellerConnector } from './seller-connector';
import type { ReadSession } from './session';
import type { StatusReader } from './status-reader';
import type { SyncCanceller } from './sync-canceller';
import type { SyncStarter } from './sync-starter';
import type { Totals } from './totals';
import type { WebhookRegistry } from './webhook-registry';

/** What connecting a seller works with. */
export interface ConnectDeps {
  states: ConsentStates;
  connector: SellerConnector;
  addresses: AmazonAddresses;
  nonceCookie: NonceCookie;
  defaultRegion: Region;
  /** Where browsers go back to; without a slash at its end. */
  frontendUrl: string;
}

/** What the routes work with. */
export interface ApiDeps {
  db: ScopedDatabase;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
  observer: Observer;
  tracer: Tracer;
  readSession: ReadSession;
  connect: ConnectDeps;
  syncs: SyncStarter;
  statuses: StatusReader;
  cancellations: SyncCanceller;
  schedules: DailySchedules;
  disconnector: Disconnector;
  progress: ProgressStreams;
  downloads: Downloads;
  totals: Totals;
  webhooks: WebhookRegistry;
  /** Whether PostgreSQL and Temporal answer; throws the error of the one that does not. */
  checkReadiness: () => Promise<void>;
  /** Whether replies are checked against their schemas: in tests and development, where a fault shall show. */
  checkReplies: boolean;
  /** Where the service is reached from outside. */
  publicUrl: string;
  /** Every endpoint of the app, in the order of the document; each adds itself. */
  endpoints: Endpoint[];
}
