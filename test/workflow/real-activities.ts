import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { type Activities, createActivities } from '../../activities/create-activities';
import type { Amazon } from '../../amazon/amazon';
import { urlFor } from '../../dev/service-roles';
import { createLogger } from '../../observability/logger';
import { NO_OBSERVER } from '../../observability/observer';
import { connect } from '../../store/connections';
import { type Database, openDatabase } from '../../store/database';
import { migrate } from '../../store/migrate';
import { openScopedDatabase, type ScopedDatabase } from '../../store/scoped-database';
import { TokenVault } from '../../store/token-vault';
import type { SendWebhook } from '../../webhooks/send-webhook';
import { testServer } from '../test-servers';

/**
 * The pace of Amazon for whole syncs on a real server: the fifteenth report of a first one has its turn after a minute of
 * Amazon's, and one that is not made is given up after two hours.
 */
export const BRISK = 20;

export const REFRESH_TOKEN = 'Atzr|refresh-token';

const AUTHORIZATION = {
  endpoint: 'https://sellingpartnerapi-na.amazon.com',
  refreshToken: REFRESH_TOKEN,
};

/** The service's own activities over a real database, and a user who is connected to Amazon. */
export interface RealWorld {
  db: Database;
  vault: TokenVault;
  /** A user with a connection of its own, so that tests share no quota. */
  connectedUser(
    marketplaceIds?: readonly string[],
    authorization?: { endpoint: string; refreshToken: string },
  ): Promise<{ userKey: string; connectionId: string }>;
  /** `clockSpeed`: how fast Amazon's time passes; backoffs and looks at reports shrink by it. */
  activities(options: {
    amazon: Amazon;
    now: () => number;
    clockSpeed?: number;
    /** Another database than the world's. */
    db?: ScopedDatabase;
    /** Default: there is nothing to send. */
    sendWebhook?: SendWebhook;
  }): Activities;
  close(): Promise<void>;
}

export async function openRealWorld(): Promise<RealWorld> {
  const url = testServer('TEST_DATABASE_URL');
  await migrate(url);
  const db = openDatabase({ ...OPTIONS, url });
  const scoped = openTestDatabase(urlFor('worker', url));
  const vault = new TokenVault([{ id: 'test', key: randomBytes(32) }]);
  const log = createLogger('test', 'silent');
  const connection = Connection.lazy({ address: testServer('TEST_TEMPORAL_ADDRESS') });
  const temporal = {
    client: new Client({ connection }),
    taskQueue: 'test',
    hasSearchAttributes: async () => false,
  };
  return {
    db,
    vault,
    async connectedUser(marketplaceIds = ['ATVPDKIKX0DER'], authorization = AUTHORIZATION) {
      const userKey = `user-${randomUUID()}`;
      const connection = {
        id: randomUUID(),
        userKey,
        sellerId: `seller-${userKey}`,
        region: 'na',
        marketplaceIds,
        ...authorization,
      } as const;
      return { userKey, connectionId: await connect(db, vault, connection, new Date()) };
    },
    activities: (options) =>
      createActivities({
        db: scoped,
        vault,
        temporal,
        deliveries: NO_DELIVERIES,
        sendWebhook: nothingToSend,
        log,
        observer: NO_OBSERVER,
        clockSpeed: 1,
        retentionDays: 30,
        syncLimits: { service: 1_000, seller: 10 },
        ...options,
      }),
    async close() {
      await connection.close();
      await Promise.all([db.destroy(), scoped.destroy()]);
    },
  };
}

/** Users of these tests have no webhooks; a delivery is started by the test that is about it. */
const NO_DELIVERIES = { start: () => undefined, settled: async () => undefined };

const nothingToSend: SendWebhook = async () => {
  throw new Error('There is nothing to send');
};

/** A pool on a database; also one that nothing answers for. */
export function openTestDatabase(url: string): ScopedDatabase {
  return openScopedDatabase({ ...OPTIONS, url });
}

const OPTIONS = {
  maxConnections: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 60_000,
  applicationName: 'test',
};

/**
 * Activities on the clock of a server that skips time: it stands still while an activity runs, so the clock
 * that they are given is set at the start of each attempt.
 */
export function onServerTime(
  server: { currentTimeMs(): Promise<number> },
  make: (now: () => number) => Activities,
): Activities {
  let ahead = 0;
  const activities = make(() => Date.now() + ahead);
  const onTime = Object.entries(activities).map(([name, activity]) => [
    name,
    async (input: never) => {
      ahead = (await server.currentTimeMs()) - Date.now();
      return activity(input);
    },
  ]);
  // The same names, each with the input and the result of the activity that it wraps.
  return Object.fromEntries(onTime) as Activities;
}
