import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LATER_RESOURCES, RESOURCES, type Resource } from '../contract/resources';
import { WrongUsage } from './failure';

/** Where to ask, as whom, and how to tell: what every command takes. */
export interface Common {
  url: string | undefined;
  token: string | undefined;
  tokenFile: string | undefined;
  json: boolean;
  /** How long to try again when the service is out of reach, ms; by default each command has its own. */
  retryForMs: number | undefined;
}

const LISTS = RESOURCES;
export type List = Resource;

export type Command =
  | { name: 'help' }
  | { name: 'version' }
  | { name: 'start'; full: boolean; watch: boolean }
  | { name: 'status'; syncId: string | undefined }
  | { name: 'watch'; syncId: string | undefined }
  | { name: 'cancel'; syncId: string | undefined }
  | { name: 'history'; limit: number; offset: number }
  | { name: 'export'; list: List; filters: Record<string, string>; output: string | undefined };

export interface CommandLine {
  command: Command;
  common: Common;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  url: text,
  token: text,
  'token-file': text,
  'retry-for': text,
  json: flag,
  help: { type: 'boolean', short: 'h' },
  version: flag,
  full: flag,
  watch: flag,
  limit: text,
  offset: text,
  output: { type: 'string', short: 'o' },
  status: text,
  from: text,
  to: text,
  'order-id': text,
  sku: text,
  asin: text,
  'marketplace-id': text,
  reason: text,
  sort: text,
} as const;
type Option = keyof typeof OPTIONS;

/** The filters of the lists, their order, and what the API calls them. */
const FILTERS = [
  { option: 'status', name: 'status', lists: ['orders'] },
  { option: 'from', name: 'from', lists: ['orders', 'claims', ...LATER_RESOURCES] },
  { option: 'to', name: 'to', lists: ['orders', 'claims', ...LATER_RESOURCES] },
  { option: 'order-id', name: 'orderId', lists: ['orders', 'claims', ...LATER_RESOURCES] },
  { option: 'sku', name: 'sku', lists: LISTS },
  { option: 'asin', name: 'asin', lists: LISTS },
  { option: 'marketplace-id', name: 'marketplaceId', lists: ['orders', 'inventory'] },
  { option: 'reason', name: 'reason', lists: ['claims', ...LATER_RESOURCES] },
  { option: 'sort', name: 'sort', lists: LISTS },
] as const satisfies { option: Option; name: string; lists: readonly List[] }[];

const COMMON: readonly Option[] = ['url', 'token', 'token-file', 'retry-for', 'json'];

/** What each command takes beside the common options, and how many words may follow its name. */
const COMMANDS: Record<Command['name'], { options: readonly Option[]; words: number }> = {
  help: { options: [], words: 0 },
  version: { options: [], words: 0 },
  start: { options: ['full', 'watch'], words: 0 },
  status: { options: [], words: 1 },
  watch: { options: [], words: 1 },
  cancel: { options: [], words: 1 },
  history: { options: ['limit', 'offset'], words: 0 },
  export: { options: ['output', ...FILTERS.map(({ option }) => option)], words: 1 },
};

/** Reads a command line. Throws {@link WrongUsage}, which repeats no option's value: it may be a token. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parsed(args);
  const common: Common = {
    url: values.url,
    token: values.token,
    tokenFile: values['token-file'],
    json: values.json ?? false,
    retryForMs:
      values['retry-for'] === undefined
        ? undefined
        : 1000 * numberOf('--retry-for', z.coerce.number().min(0).max(86_400), values['retry-for']),
  };
  const [name, word, ...more] = positionals;
  if (values.help || name === undefined || name === 'help')
    return values.version
      ? { command: { name: 'version' }, common }
      : { command: { name: 'help' }, common };
  if (!isCommand(name)) throw new WrongUsage('There is no such command.');
  const { options, words } = COMMANDS[name];
  const extra = Object.keys(values).find(
    (given) => ![...COMMON, ...options].some((o) => o === given),
  );
  if (extra !== undefined) throw new WrongUsage(`${name} takes no --${extra}.`);
  if (more.length > 0 || (word !== undefined && words === 0))
    throw new WrongUsage(`${name} takes ${words === 0 ? 'no argument' : 'one argument at most'}.`);
  return { command: commandOf(name, word, values), common };
}

type Values = ReturnType<typeof parsed>['values'];

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // What follows the first sentence is advice for a case that does not occur here.
    const [sentence = ''] = (error instanceof Error ? error.message : '').split(/\. |\n/);
    throw new WrongUsage(`${sentence}.`);
  }
}

function isCommand(name: string): name is Command['name'] {
  return Object.hasOwn(COMMANDS, name);
}

function commandOf(name: Command['name'], word: string | undefined, values: Values): Command {
  switch (name) {
    case 'start':
      return { name, full: values.full ?? false, watch: values.watch ?? false };
    case 'status':
    case 'watch':
    case 'cancel':
      return { name, syncId: word };
    case 'history': {
      const limit = z.coerce.number().int().min(1).max(100);
      const offset = z.coerce.number().int().min(0).max(100_000);
      return {
        name,
        limit: numberOf('--limit', limit, values.limit ?? '20'),
        offset: numberOf('--offset', offset, values.offset ?? '0'),
      };
    }
    case 'export':
      return exportOf(word, values);
    default:
      return { name };
  }
}

function exportOf(word: string | undefined, values: Values): Command {
  const list = LISTS.find((known) => known === word);
  if (list === undefined) throw new WrongUsage(`Export what? One of ${LISTS.join(', ')}.`);
  const filters: Record<string, string> = {};
  for (const { option, name, lists } of FILTERS) {
    const value = values[option];
    if (value === undefined) continue;
    if (!lists.some((one) => one === list)) throw new WrongUsage(`${list} have no --${option}.`);
    filters[name] = value;
  }
  const output = values.output === '-' ? undefined : values.output;
  if (values.json && output === undefined)
    throw new WrongUsage('What is exported to the terminal is CSV: --json goes with -o FILE.');
  return { name: 'export', list, filters, output };
}

function numberOf(option: string, schema: z.ZodType<number>, value: string): number {
  const number = schema.safeParse(value);
  if (number.success && value.trim() !== '') return number.data;
  throw new WrongUsage(`${option}: ${number.error?.issues[0]?.message ?? 'must be a number'}.`);
}
