import { z } from 'zod';

/** A JSON Schema (2020-12), which is what OpenAPI 3.1 has for schemas. */
export interface JsonSchema {
  [keyword: string]: unknown;
}

/** Whether a schema describes what is sent to us or what we answer: defaults and transforms tell them apart. */
type Direction = 'input' | 'output';

export interface SchemaSet {
  /** The schema as JSON; parts of it that have an id are references. */
  of(schema: z.ZodType, direction: Direction): JsonSchema;
  /** The schemas with an id that were met so far, by id. */
  components: Record<string, JsonSchema>;
}

/** Writes zod schemas as JSON Schemas that share what has an id (`.meta({ id })`). */
export function createSchemaSet(): SchemaSet {
  const components: Record<string, JsonSchema> = {};
  return {
    components,
    of(schema, direction) {
      const { $defs = {}, $schema: _, ...json } = z.toJSONSchema(schema, { io: direction });
      for (const [id, shared] of Object.entries($defs)) {
        components[id] ??= tidySchema({ ...shared }, direction);
      }
      return tidySchema(json, direction);
    },
  };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tidySchema(schema: JsonSchema, direction: Direction): JsonSchema {
  const tidy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(tidy);
    return isSchema(value) ? tidySchema(value, direction) : value;
  };
  const tidied: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (isNoise(keyword, value, schema, direction)) continue;
    // The keys below it are names of ours, and not keywords.
    if (keyword === 'properties' && isSchema(value)) {
      tidied.properties = Object.fromEntries(
        Object.entries(value).map(([name, property]) => [name, tidy(property)]),
      );
    } else if (keyword === '$ref' && typeof value === 'string') {
      tidied.$ref = value.replace('#/$defs/', '#/components/schemas/');
    } else {
      tidied[keyword] = tidy(value);
    }
  }
  return withoutAnyOfNull(tidied);
}

function isNoise(
  keyword: string,
  value: unknown,
  schema: JsonSchema,
  direction: Direction,
): boolean {
  switch (keyword) {
    case 'additionalProperties':
      // An answer may have more one day, and clients made from the document must not choke on it.
      return value === false && direction === 'output';
    case 'pattern':
      // Of dates and times: 300 characters that say what the format says.
      return typeof schema.format === 'string';
    case 'minimum':
      return value === Number.MIN_SAFE_INTEGER;
    case 'maximum':
      return value === Number.MAX_SAFE_INTEGER;
    default:
      return false;
  }
}

/** "String or null" in place of "any of string, null", which viewers show as a choice. */
function withoutAnyOfNull(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const [value, nothing]: unknown[] = anyOf;
  if (!isSchema(value) || !isSchema(nothing) || nothing.type !== 'null') return schema;
  if (typeof value.type !== 'string' || 'enum' in value || 'const' in value) return schema;
  return { ...value, ...rest, type: [value.type, 'null'] };
}
