/**
 * Tries schemas of authors where they can be stopped: as JSON Schema, which has their patterns. What is code of an
 * author in a schema, refinements and transforms, is not in there; it is watched as other code of theirs is.
 */

import type { SchemaTrial } from '@perdure/runs';
import { isPlain, uncheckedText, type SchemaCheck } from '@perdure/schema-check';
import { z } from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

export function createSchemaTrial(check: SchemaCheck): SchemaTrial {
  const known = new WeakMap<z.ZodType, JsonSchema | 'needs none'>();
  return async (schema, value) => {
    const described = known.get(schema) ?? describe(schema);
    known.set(schema, described);
    if (described === 'needs none') return undefined;
    try {
      // Of a tool anything may come; what is no JSON is refused afterwards, in its own words.
      const plain: unknown = JSON.parse(JSON.stringify(value) ?? 'null');
      const outcome = await check(described, plain);
      return outcome.kind === 'unchecked' ? uncheckedText(outcome, 'the value') : undefined;
    } catch {
      return undefined;
    }
  };
}

function describe(schema: z.ZodType): JsonSchema | 'needs none' {
  try {
    const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return isPlain(described) ? 'needs none' : described;
  } catch {
    return 'needs none';
  }
}
