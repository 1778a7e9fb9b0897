import { sql } from 'kysely';
import type { Database } from './database';
import type { TokenVault } from './token-vault';
import { sealOwner } from './webhooks';

/** What is stored sealed. */
export type SealedKind = 'token' | 'webhook secret';

/** How many texts of a kind one key has sealed. */
export interface SealedCount {
  kind: SealedKind;
  keyId: string;
  count: number;
}

/** What became of one batch of texts that another key than the first had sealed. */
export interface ResealedBatch {
  kind: SealedKind;
  resealed: number;
  /** Those that do not open: their key is missing, or they were altered. They stay as they are. */
  unopened: number;
}

interface SealedText {
  id: string;
  sealed: string;
}

/** Where sealed texts of one kind are. */
interface SealedColumn {
  kind: SealedKind;
  ownerOf(id: string): string;
  /** In the order of their ids, those after one, that the key has not sealed. */
  othersThan(keyId: string, after: string | null, limit: number): Promise<SealedText[]>;
  /** Puts a text in place of another one; false when that one is no longer there. */
  replace(text: SealedText, resealed: string): Promise<boolean>;
}

/** Rows of one question: small enough that whoever stops the command waits for moments only. */
const BATCH = 500;

/**
 * Seals everything anew that another key than the vault's first has sealed, and tells each batch. What has changed
 * meanwhile is left alone, since it is newer, so this runs beside syncs, reconnects and itself; each text is replaced
 * by itself, so it may end at any point and go on later.
 */
export async function* resealSecrets(
  db: Database,
  vault: TokenVault,
  batch = BATCH,
): AsyncGenerator<ResealedBatch> {
  for (const column of sealedColumns(db)) {
    let after: string | null = null;
    for (;;) {
      const texts = await column.othersThan(vault.currentKeyId, after, batch);
      const last = texts.at(-1);
      if (last === undefined) break;
      yield await resealAll(column, vault, texts);
      after = last.id;
    }
  }
}

async function resealAll(
  column: SealedColumn,
  vault: TokenVault,
  texts: readonly SealedText[],
): Promise<ResealedBatch> {
  const told: ResealedBatch = { kind: column.kind, resealed: 0, unopened: 0 };
  for (const text of texts) {
    const owner = column.ownerOf(text.id);
    const secret = vault.tryOpen(owner, text.sealed);
    if (secret === undefined) told.unopened += 1;
    else if (await column.replace(text, vault.seal(owner, secret))) told.resealed += 1;
  }
  return told;
}

/** How many texts each key has sealed, of each kind. */
export async function countSealed(db: Database): Promise<SealedCount[]> {
  const { rows } = await sql<{ kind: SealedKind; key_id: string; count: string }>`
    select kind, split_part(sealed, ':', 1) as key_id, count(*) as count
    from (
      select 'token' as kind, refresh_token as sealed from connections
        where refresh_token is not null
      union all
      select 'webhook secret', secret from webhooks
    ) as texts
    group by 1, 2 order by 1, 2`.execute(db);
  return rows.map(({ kind, key_id, count }) => ({ kind, keyId: key_id, count: Number(count) }));
}

function sealedColumns(db: Database): SealedColumn[] {
  return [
    {
      kind: 'token',
      ownerOf: (id) => id,
      async othersThan(keyId, after, limit) {
        const rows = await db
          .selectFrom('connections')
          .select(['id', 'refresh_token'])
          .where(sql<string>`split_part(refresh_token, ':', 1)`, '<>', keyId)
          .$if(after !== null, (rest) => rest.where('id', '>', after))
          .orderBy('id')
          .limit(limit)
          .execute();
        return rows.flatMap(({ id, refresh_token: sealed }) =>
          sealed === null ? [] : [{ id, sealed }],
        );
      },
      async replace({ id, sealed }, resealed) {
        const { numUpdatedRows } = await db
          .updateTable('connections')
          .set({ refresh_token: resealed })
          .where('id', '=', id)
          .where('refresh_token', '=', sealed)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      },
    },
    {
      kind: 'webhook secret',
      ownerOf: sealOwner,
      othersThan: (keyId, after, limit) =>
        db
          .selectFrom('webhooks')
          .select(['id', 'secret as sealed'])
          .where(sql<string>`split_part(secret, ':', 1)`, '<>', keyId)
          .$if(after !== null, (rest) => rest.where('id', '>', after))
          .orderBy('id')
          .limit(limit)
          .execute(),
      async replace({ id, sealed }, resealed) {
        const { numUpdatedRows } = await db
          .updateTable('webhooks')
          .set({ secret: resealed })
          .where('id', '=', id)
          .where('secret', '=', sealed)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      },
    },
  ];
}
