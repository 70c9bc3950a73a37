/** Where in a value a regular expression of a schema is asked. Pure. */

import type { JsonSchema } from './outcome.ts';

/**
 * `milestones[].code`, of the first place that has it; undefined where that is the whole value, or a definition that
 * several fields may share.
 */
export function fieldOfPattern(schema: JsonSchema, pattern: string): string | undefined {
  const open: { readonly at: unknown; readonly field: string | undefined }[] = [{ at: schema, field: '' }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { at, field } = next;
    if (typeof at !== 'object' || at === null) continue;
    const { pattern: own, properties, items, patternProperties, ...others } = at as Readonly<Record<string, unknown>>;
    if (own === pattern || Object.hasOwn(Object(patternProperties), pattern)) return field === '' ? undefined : field;
    for (const [name, below] of Object.entries(Object(properties)))
      open.push({ at: below, field: field === undefined ? undefined : field === '' ? name : `${field}.${name}` });
    open.push({ at: items, field: field === undefined ? undefined : `${field}[]` });
    for (const [name, below] of Object.entries(others))
      open.push({ at: below, field: name === '$defs' || name === 'definitions' ? undefined : field });
    for (const below of Object.values(Object(patternProperties))) open.push({ at: below, field });
  }
  return undefined;
}
