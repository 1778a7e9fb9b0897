import { Client } from 'pg';

export interface OwnDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Creates an empty database on the server of `adminUrl`, whose user may do so. */
export async function createOwnDatabase(adminUrl: string, name: string): Promise<OwnDatabase> {
  await runOn(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runOn(adminUrl, `drop database ${name} with (force)`) };
}

/** Runs one statement on a connection of its own. */
export async function runOn(url: string, sql: string, values: unknown[] = []): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql, values);
  } finally {
    await client.end();
  }
}
