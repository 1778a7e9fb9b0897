import { RESOURCES } from '../contract/resources';
import type { SyncStatusBody } from '../contract/sync-status';

const WIDTH = 28;

/** One line a resource: a bar, its state and the rows so far. */
export function progressLines(status: SyncStatusBody): string[] {
  return RESOURCES.map((resource) => {
    const { state, done, total, records } = status.resources[resource];
    const share = state === 'complete' ? 1 : total === null ? 0 : done / total;
    const filled = Math.round(share * WIDTH);
    const bar = '#'.repeat(filled) + '.'.repeat(WIDTH - filled);
    const rows = records === null ? '' : `${records.toLocaleString('en-US')} rows`;
    return `  ${resource.padEnd(9)} [${bar}] ${state.padEnd(10)} ${rows}`;
  });
}

/** Draws the bars over the ones before on a terminal; elsewhere writes a line only when it changed. */
export function createProgressView(out: NodeJS.WriteStream): (status: SyncStatusBody) => void {
  let before: string[] = [];
  return (status) => {
    const lines = progressLines(status);
    if (out.isTTY) {
      const up = before.length > 0 ? `\u001b[${before.length}A` : '';
      out.write(up + lines.map((line) => `\u001b[2K${line}\n`).join(''));
    } else {
      for (const [index, line] of lines.entries()) {
        if (line !== before[index]) out.write(`${line}\n`);
      }
    }
    before = lines;
  };
}
