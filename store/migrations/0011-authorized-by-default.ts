import { type Kysely, type Migration, sql } from 'kysely';

/**
 * A process of before 0004 does not know `authorized_at`, and could connect nobody beside newer ones: for what it
 * writes, the moment of writing is when the seller gave the authorization.
 */
export const authorizedByDefault: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table connections alter column authorized_at set default now()`.execute(db);
  },
};
