import { CompiledQuery, type Kysely, type Migration, sql } from 'kysely';

export interface SchemaChange extends Migration {
  /** Whether it runs outside a transaction, and so can be run again after a crash in the midst of it. */
  readonly isConcurrent?: true;
}

/**
 * Builds indexes on tables that others write to meanwhile: `create index concurrently` holds nobody up, and goes
 * outside a transaction only. So a crash can leave some of them behind, and one of them half built, which PostgreSQL
 * calls invalid and never uses; run again, it builds that one anew and the others that are missing.
 *
 * The indexes by their names: the table and what is indexed, as after `on` in SQL.
 */
export function concurrentIndexes(indexes: Readonly<Record<string, string>>): SchemaChange {
  return {
    isConcurrent: true,
    async up(db: Kysely<unknown>): Promise<void> {
      const run = (text: string) => db.executeQuery(CompiledQuery.raw(text));
      for (const [name, on] of Object.entries(indexes)) {
        const { rows } = await sql`
          select from pg_index where indexrelid = to_regclass(${name}) and not indisvalid`.execute(
          db,
        );
        if (rows.length > 0) await run(`drop index concurrently if exists ${name}`);
        await run(`create index concurrently if not exists ${name} on ${on}`);
      }
    },
  };
}
