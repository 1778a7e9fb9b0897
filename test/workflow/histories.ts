import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import { z } from 'zod';

export type History = temporal.api.history.v1.IHistory;

/** A history as JSON, in Temporal's own form. */
const HistoryJson = z.object({
  events: z.array(z.looseObject({ eventId: z.string(), eventType: z.string() })),
});
export type HistoryJson = z.infer<typeof HistoryJson>;

export function toJson(history: History): HistoryJson {
  return HistoryJson.parse(JSON.parse(historyToJSON(history)));
}

/** The recorded history of a name such as `amazonSync/complete`. */
export async function readHistory(name: string): Promise<HistoryJson> {
  return HistoryJson.parse(JSON.parse(await readFile(fileOf(name), 'utf8')));
}

/** One event a line. What tells of the machine that recorded it is left out. */
export async function writeHistory(name: string, history: History): Promise<void> {
  const lines = toJson(history).events.map((event) => JSON.stringify(event, withoutMachine));
  await mkdir(dirname(fileOf(name)), { recursive: true });
  await writeFile(fileOf(name), `{"events": [\n${lines.join(',\n')}\n]}\n`);
}

/** How the run ended, in Temporal's own word, such as `COMPLETED`. */
export function endOf({ events }: HistoryJson): string | undefined {
  return events.at(-1)?.eventType.replace('EVENT_TYPE_WORKFLOW_EXECUTION_', '');
}

/** All that a history says: its own fields, and what is in its payloads. */
export function textOf({ events }: HistoryJson): string {
  const texts: string[] = [];
  JSON.stringify(events, (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    // Payloads are base64 in this form; Temporal's own encodings of their kind are among them.
    texts.push(key === 'data' ? Buffer.from(value, 'base64').toString('utf8') : value);
    return value;
  });
  return texts.join('\n');
}

function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return '';
  // The SDK's name for a worker, also inside the name of its sticky queue.
  return typeof value === 'string'
    ? value.replaceAll(`${process.pid}@${hostname()}`, 'worker')
    : value;
}

function fileOf(name: string): string {
  return join(__dirname, 'histories', `${name}.json`);
}
