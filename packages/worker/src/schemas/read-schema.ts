/**
 * A JSON Schema that somebody brings: taken as generators write it, and with what is worth a word. Strict
 * about what would silently not be checked, lenient about style and age.
 */

import { messageOf } from '@perdure/contract';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { convertSchema, type Conversion } from './convert-schema.ts';
import { isRecord, type JsonSchema, type SchemaNote, type SchemaProblem } from './findings.ts';
import type { JsonPath } from './json-lines.ts';
import { patternEngine } from './patterns.ts';
import { slowPatternMessage, slowPatterns } from './slow-patterns.ts';

export type SchemaRead =
  | {
      readonly kind: 'read';
      /** Draft 2020-12, without a name, a dialect or a reference that leaves it. */
      readonly schema: JsonSchema;
      readonly notes: readonly SchemaNote[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly SchemaProblem[] };

/** `given` must be JSON. */
export function readObjectSchema(given: unknown): SchemaRead {
  try {
    return read(given);
  } catch (error) {
    return refuse([], `${messageOf(error)}; correct it by draft 2020-12`);
  }
}

function read(given: unknown): SchemaRead {
  if (!isRecord(given)) return refuse([], 'it must describe an object; write "type": "object" at its top');
  // One instance for each schema: two may use the same names.
  const ajv = new Ajv2020({
    allErrors: true,
    allowMatchingProperties: true,
    allowUnionTypes: true,
    code: { regExp: patternEngine },
    logger: false,
    strictTuples: false,
    strictTypes: false,
  });
  formats.default(ajv);
  const conversion = convertSchema(given, { formats: new Set(Object.keys(ajv.formats)) });
  const { schema, findings } = conversion;
  if (findings.problems.length > 0) return { kind: 'refused', problems: findings.problems };
  if (ajv.validateSchema(schema) !== true)
    return { kind: 'refused', problems: [metaProblem(ajv.errors ?? [], conversion)] };
  const top = topProblem(schema);
  if (top !== undefined) return refuse([], top);
  // Throws where it cannot be held against anything.
  ajv.compile(schema);
  for (const { path, pattern } of slowPatterns(schema)) {
    findings.note(originOf(path, conversion), slowPatternMessage(pattern), 'warning');
  }
  return { kind: 'read', schema, notes: findings.notes };
}

function refuse(path: JsonPath, message: string): SchemaRead {
  return { kind: 'refused', problems: [{ path, message }] };
}

/** An answer is an object, and says so at once to servers that look no further than the top. */
function topProblem(schema: JsonSchema): string | undefined {
  const { type } = schema;
  if (type === 'object') return undefined;
  const must = 'it must describe an object';
  if (type === undefined || (Array.isArray(type) && type.includes('object')))
    return `${must}; write "type": "object" at its top`;
  return `${must}, and describes ${JSON.stringify(type)}; write "type": "object" at its top, and this as one of its "properties"`;
}

const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

function depth({ instancePath }: ErrorObject): number {
  return instancePath.split('/').length;
}

/** The deepest fault says most. */
function metaProblem(errors: readonly ErrorObject[], conversion: Conversion): SchemaProblem {
  const [error] = errors.toSorted((a, b) => depth(b) - depth(a));
  const inResult = (error?.instancePath ?? '').split('/').slice(1).map(unescaped);
  const path = originOf(inResult, conversion);
  const keyword = inResult.at(-1);
  if (keyword === 'type')
    return { path, message: `"type" here is none of JSON Schema; write one of ${types.join(', ')}` };
  const place = inResult.length === 0 ? 'it' : `"${inResult.join('/')}"`;
  return { path, message: `${place} ${error?.message ?? 'is invalid'}; correct it by draft 2020-12` };
}

/** Where in what was given the place `path` of the result stood, or what is nearest around it. */
function originOf(path: readonly (string | number)[], { schema, origins }: Conversion): JsonPath {
  let value: unknown = schema;
  let found: JsonPath = [];
  let inner: JsonPath = path;
  for (const [index, name] of path.entries()) {
    value = (value as Record<string, unknown> | undefined)?.[name];
    const origin = origins.get(value);
    if (origin === undefined) continue;
    found = origin;
    inner = path.slice(index + 1);
  }
  return [...found, ...inner];
}

function unescaped(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}
