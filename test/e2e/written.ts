import type { Client } from '@temporalio/client';
import { Client as PostgresClient } from 'pg';
import { testServer } from '../test-servers';

/** Where this service writes something. */
export type Place = 'logs' | 'temporal' | 'database' | 'http' | 'webhooks';

/** All that was written, by place. */
export type Written = Record<Place, readonly string[]>;

/** The places in which a text stands, as it is or in one of the forms that texts take on their way. */
export function placesOf(text: string, written: Written): Place[] {
  const forms = formsOf(text);
  const places = Object.keys(written) as Place[];
  return places.filter((place) =>
    written[place].some((one) => forms.some((form) => one.includes(form))),
  );
}

/** A text as it is, in JSON, in URLs, in hexadecimal and in base64, wherever in a longer text it begins. */
export function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const inBase64 = [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Its first and last characters depend on the neighbours.
    const sure = whole.slice(before === 0 ? 0 : before + 1, -4);
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const json = JSON.stringify(text).slice(1, -1);
  const forms = [text, json, encodeURIComponent(text), bytes.toString('hex'), ...inBase64];
  return [...new Set(forms)];
}

/** Every row of every table, whoever it belongs to. */
export async function databaseDump(databaseUrl: string): Promise<string[]> {
  const url = new URL(testServer('TEST_DATABASE_URL'));
  url.pathname = new URL(databaseUrl).pathname;
  const client = new PostgresClient({ connectionString: url.href });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const rows = await client.query<{ text: string }>(
        `select row_to_json(t)::text as text from ${name} t`,
      );
      texts.push(...rows.rows.map(({ text }) => `${name} ${text}`));
    }
    return texts;
  } finally {
    await client.end();
  }
}

/** Everything that Temporal keeps of a task queue's workflows: histories, memos, what waits and how it failed. */
export async function temporalDump(temporal: Client, taskQueue: string): Promise<string[]> {
  const texts: string[] = [];
  const query = `TaskQueue = '${taskQueue}'`;
  for await (const { workflowId, runId } of temporal.workflow.list({ query })) {
    const handle = temporal.workflow.getHandle(workflowId, runId);
    texts.push(textOf((await handle.describe()).raw), textOf(await handle.fetchHistory()));
  }
  return texts;
}

/** What Temporal shows at this moment of the workflows that run: heartbeats and failures of attempts are there only. */
export async function runningDump(temporal: Client, taskQueue: string): Promise<string[]> {
  const texts: string[] = [];
  const query = `TaskQueue = '${taskQueue}' and ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of temporal.workflow.list({ query })) {
    texts.push(textOf((await temporal.workflow.getHandle(workflowId, runId).describe()).raw));
  }
  return texts;
}

/** All texts of a message, its payloads decoded. */
function textOf(message: unknown): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  const walk = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString());
    else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      for (const [name, part] of Object.entries(value)) {
        texts.push(name);
        walk(part);
      }
    }
  };
  walk(message);
  return texts.join('\n');
}
