import { z } from 'zod';
import { ApiEnvironment } from '../settings/api-settings';
import { SECRET_NAMES } from '../settings/secret-files';
import { WorkerEnvironment } from '../settings/worker-settings';

const BEGIN =
  '<!-- Written by `npm run docs` from settings/; edit the schemas, not this table. -->';
const END = '<!-- The end of what `npm run docs` writes. -->';

const Schema = z.looseObject({
  properties: z.record(
    z.string(),
    z.looseObject({
      description: z.string({ error: 'has no description' }),
      default: z.union([z.string(), z.number()]).optional(),
      unset: z.string().optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
    }),
  ),
  required: z.array(z.string()),
});

interface Setting {
  name: string;
  process: 'both' | 'API' | 'worker';
  /** What holds where it is not set. */
  unset: string;
  meaning: string;
}

/**
 * docs/configuration.md with the table of settings as the schemas have it; the rest of the page stays. Throws where a
 * setting has no words, or the page no place for the table.
 */
export function withSettingsTable(page: string): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from === -1 || to === -1) throw new Error('The page has no place for the table of settings');
  return `${page.slice(0, from)}${BEGIN}\n\n${settingsTable()}\n\n${page.slice(to)}`;
}

function settingsTable(): string {
  const secrets: readonly string[] = SECRET_NAMES;
  const rows = allSettings().map(({ name, process, unset, meaning }) => [
    `\`${name}\`${secrets.includes(name) ? ' (F)' : ''}`,
    process,
    unset,
    meaning,
  ]);
  return alignedTable(['setting', 'process', 'default', 'meaning'], rows);
}

/** Those of both processes first. */
function allSettings(): Setting[] {
  const api = settingsOf(ApiEnvironment, 'API');
  const worker = settingsOf(WorkerEnvironment, 'worker');
  const isOf = (settings: readonly Setting[], name: string) =>
    settings.some((setting) => setting.name === name);
  return [
    ...api
      .filter(({ name }) => isOf(worker, name))
      .map((both) => ({ ...both, process: 'both' as const })),
    ...api.filter(({ name }) => !isOf(worker, name)),
    ...worker.filter(({ name }) => !isOf(api, name)),
  ];
}

function settingsOf(environment: z.ZodType, process: Setting['process']): Setting[] {
  const { properties, required } = Schema.parse(
    z.toJSONSchema(environment, { io: 'input', unrepresentable: 'any' }),
  );
  return Object.entries(properties).map(([name, { description, minimum, maximum, ...setting }]) => {
    const range =
      minimum === undefined || maximum === undefined ? '' : `; ${minimum} to ${maximum}`;
    return {
      name,
      process,
      unset: setting.unset ?? unsetWords(setting.default, required.includes(name)),
      meaning: `${description}${range}`,
    };
  });
}

function unsetWords(standard: string | number | undefined, isRequired: boolean): string {
  if (isRequired) return 'required';
  return standard === undefined || standard === '' ? 'none' : `\`${standard}\``;
}

/** As the formatter aligns it. */
function alignedTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(...[name, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[], filler: string) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, filler)).join(' | ')} |`;
  return [line(head, ' '), line([], '-'), ...rows.map((row) => line(row, ' '))].join('\n');
}
