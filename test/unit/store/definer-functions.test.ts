import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { urlFor } from '../../../dev/service-roles';
import { takeSyncPlace } from '../../../store/sync-places';
import { connected } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

const USER = 'user123';
const STRANGER = 'user456';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await connected(database.db, USER);
  await connected(database.db, STRANGER);
});
afterAll(() => database?.drop());

test('functions with the rights of the owner look nowhere but where they say, and not everybody has them', async () => {
  const { rows } = await sql<{ name: string; path: string; everybody: boolean }>`
    select proname as name, array_to_string(proconfig, ' ') as path,
      exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner)))
        where grantee = 0) as everybody
    from pg_proc where pronamespace = 'public'::regnamespace and prosecdef order by 1`.execute(
    database.db,
  );
  const path = 'search_path=pg_catalog, pg_temp';
  expect(rows).toEqual([
    { name: 'take_oauth_state', path, everybody: false },
    { name: 'take_sync_place', path, everybody: false },
  ]);
});

test.each(['api', 'worker'] as const)(
  'with the password of the %s nobody gets the rights of the owner by tables of their own',
  async (process) => {
    const client = new Client({ connectionString: urlFor(process, database.url) });
    await client.connect();
    try {
      await client.query(`create temp table seen (by_whom text)`);
      await client.query(`grant all on seen to public`);
      await client.query(`create function pg_temp.look() returns trigger language plpgsql as
        'begin insert into pg_temp.seen values (current_user); return new; end'`);
      await client.query(
        `create temp table sync_places (id text primary key, user_key text, held_until timestamptz)`,
      );
      await client.query(`create trigger look before insert on pg_temp.sync_places
        for each row execute function pg_temp.look()`);
      await client.query(`grant all on pg_temp.sync_places to public`);
      await client.query(`select set_config('amazon_sync.user_key', $1, false)`, [USER]);
      const take = `select take_sync_place($1, $2, interval '1 hour', 10, 10) as place`;
      const { rows } = await client.query(take, [randomUUID(), USER]);
      expect(rows).toEqual([{ place: 'taken' }]);
      expect((await client.query('select * from pg_temp.seen')).rows).toEqual([]);
    } finally {
      await client.end();
    }
  },
);

test.each(['api', 'worker'] as const)('the %s takes no place for another user', async (process) => {
  const as = (userKey: string, forUser: string) =>
    takeSyncPlace(
      database.scoped[process].ofUser(userKey),
      { id: randomUUID(), userKey: forUser, holdMs: 3_600_000 },
      { service: 10, seller: 10 },
    );
  await expect(as(USER, STRANGER)).rejects.toMatchObject({ code: '42501' });
  const places = database.db.selectFrom('sync_places').select('user_key');
  expect(await places.where('user_key', '=', STRANGER).execute()).toEqual([]);
  expect(await as(USER, USER)).toBe('taken');
});
