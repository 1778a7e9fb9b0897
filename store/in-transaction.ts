import { Transaction } from 'kysely';
import type { Database } from './database';
import type { Tables } from './tables';

/** Runs the work as a part of the transaction that the caller has, or else in one of its own. */
export function inTransaction<Result>(
  db: Database,
  work: (trx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return db instanceof Transaction ? work(db) : db.transaction().execute(work);
}
