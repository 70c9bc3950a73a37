/** Templates of workspace files: `{{NAME}}` stands for a value. */

export type FillOutcome =
  | { readonly kind: 'filled'; readonly text: string }
  /** Names in the template that nobody gave a value. */
  | { readonly kind: 'refused'; readonly missing: readonly string[] };

const place = /\{\{\s*([A-Z][A-Z0-9_]*)\s*\}\}/g;

/** Each value goes in as it is, once: braces, quotes and dollars in it mean nothing. */
export function fill(template: string, values: Readonly<Record<string, string>>): FillOutcome {
  const has = (name: string): boolean => Object.hasOwn(values, name);
  const names = [...template.matchAll(place)].map(([, name = '']) => name);
  const missing = [...new Set(names)].filter((name) => !has(name));
  if (missing.length > 0) return { kind: 'refused', missing };
  return { kind: 'filled', text: template.replaceAll(place, (_whole, name: string) => values[name] ?? '') };
}
