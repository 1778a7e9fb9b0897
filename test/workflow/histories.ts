import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import { z } from 'zod';
import type { RECORDED_SYNCS } from './recorded-syncs';

type History = temporal.api.history.v1.IHistory;

export type Ending = keyof typeof RECORDED_SYNCS;
export const ENDINGS = ['complete', 'partial', 'failed', 'cancelled'] as const satisfies Ending[];

/** A history as JSON, in Temporal's own form. */
const HistoryJson = z.object({ events: z.array(z.looseObject({ eventId: z.string() })) });
export type HistoryJson = z.infer<typeof HistoryJson>;

export function toJson(history: History): HistoryJson {
  return HistoryJson.parse(JSON.parse(historyToJSON(history)));
}

export async function readHistory(ending: Ending): Promise<HistoryJson> {
  return HistoryJson.parse(JSON.parse(await readFile(fileOf(ending), 'utf8')));
}

/** One event a line. What tells of the machine that recorded it is left out. */
export async function writeHistory(ending: Ending, history: History): Promise<void> {
  const lines = toJson(history).events.map((event) => JSON.stringify(event, withoutMachine));
  await writeFile(fileOf(ending), `{"events": [\n${lines.join(',\n')}\n]}\n`);
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

function fileOf(ending: Ending): string {
  return join(__dirname, 'histories', `${ending}.json`);
}
