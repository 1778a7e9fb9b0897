import { RESOURCES, type Resource } from '../contract/resources';
import { WAIT_WORDS } from '../contract/status-text';
import type { ResourceProgress, SyncStatusBody } from '../contract/sync-status';
import { printable } from './printable';

const WIDTH = 28;

/** A terminal of unknown width. */
const COLUMNS = 80;

const GREEN = 32;
const RED = 31;
const YELLOW = 33;

/** One line a resource: a bar, its state, the rows so far and what it waits for. */
export function progressLines(status: SyncStatusBody): string[] {
  return RESOURCES.flatMap((resource) => {
    const progress = status.resources[resource];
    return progress === undefined ? [] : [progressLine(resource, progress)];
  });
}

function progressLine(resource: Resource, progress: ResourceProgress): string {
  const { state, done, total, records, reason, error } = progress;
  const share = state === 'complete' ? 1 : total === null ? 0 : done / total;
  const filled = Math.round(share * WIDTH);
  const bar = '#'.repeat(filled) + '.'.repeat(WIDTH - filled);
  const rows = records === null ? '' : `${records.toLocaleString('en-US')} rows`;
  const why = reason === null ? '' : WAIT_WORDS[reason];
  const more = [why, error?.message ?? ''].filter((text) => text !== '').join(': ');
  return `  ${resource.padEnd(9)} [${bar}] ${state.padEnd(10)} ${rows.padEnd(12)} ${printable(more)}`.trimEnd();
}

/** What a person who watches a sync sees. */
export interface ProgressView {
  show(status: SyncStatusBody): void;
  /** Says something that is not a status, until the next one comes. */
  note(text: string): void;
}

/**
 * On a terminal draws the bars, and the sync's own words below, over those before. Elsewhere writes a bar only when
 * it has changed, and notes to `notes`.
 */
export function createProgressView(
  out: NodeJS.WriteStream,
  notes: NodeJS.WritableStream = out,
  colours = false,
): ProgressView {
  let before: string[] = [];
  let bars: string[] = [];

  function draw(words: string): void {
    const columns = out.columns > 0 ? out.columns : COLUMNS;
    // A line that wraps would be two, and the next picture would be drawn in the wrong place.
    const lines = [...bars, `  ${printable(words)}`].map((line) => line.slice(0, columns - 1));
    const up = before.length > 0 ? `\u001b[${before.length}A` : '';
    const painted = colours ? lines.map(paint) : lines;
    out.write(up + painted.map((line) => `\u001b[2K${line}\n`).join(''));
    before = lines;
  }

  return {
    show(status) {
      bars = progressLines(status);
      if (out.isTTY) {
        draw(status.message);
        return;
      }
      for (const [index, line] of bars.entries()) {
        if (line !== before[index]) out.write(`${line}\n`);
      }
      before = bars;
    },
    note(text) {
      if (out.isTTY && bars.length > 0) draw(text);
      else notes.write(`${printable(text)}\n`);
    },
  };
}

function paint(line: string): string {
  return line.replace(/(?<=\] )(?:complete|failed|waiting)/, (state) => {
    const colour = state === 'complete' ? GREEN : state === 'failed' ? RED : YELLOW;
    return `\u001b[${colour}m${state}\u001b[0m`;
  });
}
