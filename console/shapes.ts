/**
 * Reads a value of one shape out of an answer, or throws {@link UnexpectedAnswer}. The service checks with zod;
 * a page that is loaded in a moment does with these few lines, and the compiler holds them to the same types.
 */
export type Shape<Value> = (value: unknown, at: string) => Value;

/** An answer that is not what the API promises: an older page, or something between it and the service. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(at: string) {
    super(`The service answered something that this page does not understand (${at || 'answer'}).`);
  }
}

export const text: Shape<string> = (value, at) => {
  if (typeof value !== 'string') throw new UnexpectedAnswer(at);
  return value;
};

export const number: Shape<number> = (value, at) => {
  if (typeof value !== 'number') throw new UnexpectedAnswer(at);
  return value;
};

export const flag: Shape<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw new UnexpectedAnswer(at);
  return value;
};

/** What is not looked at. */
export const anything: Shape<unknown> = (value) => value;

export function nullable<Value>(shape: Shape<Value>): Shape<Value | null> {
  return (value, at) => (value === null ? null : shape(value, at));
}

export function oneOf<const Word extends string>(...words: readonly Word[]): Shape<Word> {
  return (value, at) => {
    const word = words.find((known) => known === value);
    if (word === undefined) throw new UnexpectedAnswer(at);
    return word;
  };
}

export function list<Value>(shape: Shape<Value>): Shape<Value[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw new UnexpectedAnswer(at);
    return value.map((one: unknown, index) => shape(one, `${at}[${index}]`));
  };
}

type Fields<Value> = { [Key in keyof Value]: Shape<Value[Key]> };

/** Fields that are not named are left out: an API may add some. */
export function object<Value extends object>(fields: Fields<Value>): Shape<Value> {
  return (value, at) => {
    if (typeof value !== 'object' || value === null) throw new UnexpectedAnswer(at);
    const given = new Map<string, unknown>(Object.entries(value));
    const read: Partial<Value> = {};
    for (const key in fields) read[key] = fields[key](given.get(key), at ? `${at}.${key}` : key);
    return complete(read, fields);
  };
}

function complete<Value>(read: Partial<Value>, fields: Fields<Value>): Value {
  if (!isComplete(read, fields)) throw new UnexpectedAnswer('');
  return read;
}

function isComplete<Value>(read: Partial<Value>, fields: Fields<Value>): read is Value {
  for (const key in fields) if (!(key in Object(read))) return false;
  return true;
}
