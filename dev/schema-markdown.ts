import { z } from 'zod';
import type { JsonSchema } from '../api/openapi/schema-set';

const Schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.custom<JsonSchema>()).optional(),
  items: z.custom<JsonSchema>().optional(),
  properties: z.record(z.string(), z.custom<JsonSchema>()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.union([z.boolean(), z.custom<JsonSchema>()]).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
});

/** The type of a value in a few words, such as `string (date-time) or null`; named schemas are links. */
export function typeOf(json: JsonSchema): string {
  const schema = Schema.parse(json);
  const { $ref, anyOf, enum: values, type, format, items, minimum, maximum } = schema;
  if ($ref !== undefined) return linkTo($ref);
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ');
  if ('const' in schema) return `\`${JSON.stringify(schema.const)}\``;
  if (type === 'array') return `array of ${items === undefined ? 'anything' : typeOf(items)}`;
  if (type === 'object') return objectOf(schema);
  const standard = schema.default === undefined ? '' : `, default ${String(schema.default)}`;
  if (values !== undefined) {
    return values.map((value) => `\`${String(value)}\``).join(', ') + standard;
  }
  const words = [type ?? 'anything'].flat();
  const named = words.map((word) => (word === 'string' && format ? `string (${format})` : word));
  const range = minimum === undefined || maximum === undefined ? '' : `, ${minimum} to ${maximum}`;
  return `${named.join(' or ')}${range}${standard}`;
}

function objectOf({ properties, additionalProperties }: z.infer<typeof Schema>): string {
  if (properties !== undefined) {
    const inside = Object.entries(properties).map(([name, value]) => `${name}: ${typeOf(value)}`);
    return `{ ${inside.join(', ')} }`;
  }
  return typeof additionalProperties === 'object'
    ? `an object of ${typeOf(additionalProperties)}`
    : 'object';
}

/** Of an object's properties, the cells of a table: name, type, what it is. */
export function propertyRows(json: JsonSchema): string[][] {
  const { properties = {}, required = [] } = Schema.parse(json);
  return Object.entries(properties).map(([name, value]) => [
    `\`${name}\`${required.includes(name) ? '' : ' (optional)'}`,
    typeOf(value),
    Schema.parse(value).description ?? '',
  ]);
}

function linkTo(ref: string): string {
  const name = ref.slice(ref.lastIndexOf('/') + 1);
  return `[${name}](#${name.toLowerCase()})`;
}
