/** The patterns of a schema that can take exponentially long. Also for schemas that were not read here, as of zod. */

import { isRecord } from './findings.ts';
import type { JsonPath } from './json-lines.ts';
import { listOfSchemas, mapOfSchemas, oneSchema } from './keywords.ts';
import { readPattern } from './patterns.ts';
import { isSlowPattern } from './pattern-ambiguity.ts';

export interface SlowPattern {
  readonly path: JsonPath;
  readonly pattern: string;
}

/** `path`: what the paths of the answer begin with. */
export function slowPatterns(schema: unknown, path: JsonPath = []): readonly SlowPattern[] {
  return patternsIn(schema, path).filter(({ pattern }) => {
    const read = readPattern(pattern);
    return read.kind === 'read' && isSlowPattern(read.pattern);
  });
}

/** A clause without a full stop. */
export function slowPatternMessage(pattern: string): string {
  return `the pattern "${pattern}" can take exponentially long on a text that does not fit it; say it without a repetition inside of a repetition`;
}

function patternsIn(schema: unknown, path: JsonPath): readonly SlowPattern[] {
  if (!isRecord(schema)) return [];
  return Object.entries(schema).flatMap(([keyword, value]): readonly SlowPattern[] => {
    const at = [...path, keyword];
    if (keyword === 'pattern' && typeof value === 'string') return [{ path: at, pattern: value }];
    if (mapOfSchemas.has(keyword) && isRecord(value)) {
      const names = keyword === 'patternProperties' ? Object.keys(value) : [];
      return [
        ...names.map((pattern) => ({ path: [...at, pattern], pattern })),
        ...Object.entries(value).flatMap(([name, inner]) => patternsIn(inner, [...at, name])),
      ];
    }
    if (listOfSchemas.has(keyword) && Array.isArray(value)) {
      return value.flatMap((inner, index) => patternsIn(inner, [...at, index]));
    }
    return oneSchema.has(keyword) ? patternsIn(value, at) : [];
  });
}
