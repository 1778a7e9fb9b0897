import { createServer, type Server, type Socket } from 'node:net';
import { sql } from 'kysely';
import { DatabaseError } from 'pg';
import { type Database, DatabaseUnavailable, openDatabase } from '../../../store/database';
import { OPTIONS, type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const opened: Database[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.destroy();
  for (const server of servers.splice(0)) server.close();
});

function open(url: string, change: Partial<typeof OPTIONS> = {}): Database {
  const db = openDatabase({ ...OPTIONS, url, ...change });
  opened.push(db);
  return db;
}

const alive = (db: Database) => sql`select 1`.execute(db);

async function backendOf(db: Database): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  return rows[0]?.pid ?? Number.NaN;
}

const terminate = (pid: number) => database.admin('select pg_terminate_backend($1, 10000)', [pid]);

/** A server that takes connections and does with them what `serve` says. Returns its port. */
async function server(serve: (socket: Socket) => void): Promise<number> {
  const tcp = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  servers.push(tcp);
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const address = tcp.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

test('a closed port is out of reach', async () => {
  const port = await server(() => undefined);
  servers.splice(0).map((closed) => closed.close());
  const db = open(`postgres://user:pass@127.0.0.1:${port}/db`);
  await expect(alive(db)).rejects.toThrow(DatabaseUnavailable);
});

test('a host that has no address is out of reach', async () => {
  const db = open('postgres://user:pass@no-such-host.invalid:5432/db');
  await expect(alive(db)).rejects.toThrow(DatabaseUnavailable);
});

test('a server that accepts and never answers is out of reach after the time for that', async () => {
  const port = await server(() => undefined);
  const db = open(`postgres://user:pass@127.0.0.1:${port}/db`, { connectTimeoutMs: 200 });
  const began = performance.now();
  await expect(alive(db)).rejects.toThrow(DatabaseUnavailable);
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('a server that hangs up is out of reach', async () => {
  const port = await server((socket) => socket.destroy());
  await expect(alive(open(`postgres://u:p@127.0.0.1:${port}/db`))).rejects.toThrow(
    DatabaseUnavailable,
  );
});

test('a pool that is used up is out of reach after the time for that', async () => {
  const db = open(database.url, { maxConnections: 1, connectTimeoutMs: 200 });
  await db.connection().execute(async () => {
    await expect(alive(db)).rejects.toThrow(DatabaseUnavailable);
  });
  await alive(db);
});

test('the words of the error hold nothing of the address or the password', async () => {
  const db = open('postgres://user:hunter2@no-such-host.invalid:5432/db');
  await expect(alive(db)).rejects.toThrow('The database is out of reach');
  await expect(alive(db)).rejects.not.toThrow(/hunter2|no-such-host/);
});

describe('a connection that PostgreSQL ends', () => {
  test('while it is idle is replaced before anybody notices', async () => {
    const db = open(database.url, { maxConnections: 1 });
    await terminate(await backendOf(db));
    const again = await backendOf(db).catch(() => backendOf(db));
    expect(again).toBeGreaterThan(0);
  });

  test('in the middle of a statement is out of reach, and the next one works', async () => {
    const db = open(database.url, { maxConnections: 1 });
    const pid = await backendOf(db);
    const slow = sql`select pg_sleep(20)`.execute(db).catch((error: unknown) => error);
    await terminate(pid);
    expect(await slow).toBeInstanceOf(DatabaseUnavailable);
    expect(await backendOf(db)).not.toBe(pid);
  });

  test('between two statements of a transaction does not end the process', async () => {
    const db = open(database.url, { maxConnections: 1 });
    const transaction = db.transaction().execute(async (trx) => {
      await terminate(await backendOf(trx));
      await alive(trx);
    });
    await expect(transaction).rejects.toThrow(DatabaseUnavailable);
    await alive(db);
  });
});

describe('a statement that takes too long', () => {
  test('is ended by PostgreSQL, and counts as out of reach: the server is too busy', async () => {
    const db = open(database.url, { maxConnections: 1, statementTimeoutMs: 200 });
    await expect(sql`select pg_sleep(20)`.execute(db)).rejects.toThrow(DatabaseUnavailable);
    await alive(db);
  });
});

test('what is wrong with a statement is not taken for a database out of reach', async () => {
  const db = open(database.url);
  for (const wrong of ['select * from nothing', "select 'x'::uuid", 'selec 1', 'select 1/0']) {
    const error = await sql
      .raw(wrong)
      .execute(db)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DatabaseError);
  }
});

test('a transaction that fails leaves its connection usable', async () => {
  const db = open(database.url, { maxConnections: 1 });
  const failing = db.transaction().execute(async (trx) => {
    await sql`create table half_done (id integer)`.execute(trx);
    await sql`select 1/0`.execute(trx);
  });
  await expect(failing).rejects.toThrow(DatabaseError);
  const { rows } = await sql<{ found: string | null }>`
    select to_regclass('half_done')::text as found`.execute(db);
  expect(rows).toEqual([{ found: null }]);
});
