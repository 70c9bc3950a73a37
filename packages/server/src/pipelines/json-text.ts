/** What a pipeline hands over, as JSON text. What JSON would drop in silence is refused: the record would hold less than the author saw. */

export type JsonText =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'not_json'; readonly why: string };

/** `why` is a clause for a sentence. */
export function jsonText(value: unknown): JsonText {
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) return { kind: 'not_json', why: `it is a ${typeof value}` };
    const emptied = findEmptied(value, '');
    return emptied === undefined ? { kind: 'json', text } : { kind: 'not_json', why: emptied };
  } catch (error) {
    return { kind: 'not_json', why: error instanceof Error ? error.message : String(error) };
  }
}

function nameOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** Collections that `JSON.stringify` writes as an object without their members: Map, Set and their like. */
function findEmptied(value: unknown, path: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('toJSON' in value && typeof value.toJSON === 'function') return undefined;
  if (!Array.isArray(value) && Symbol.iterator in value) {
    return `${path === '' ? 'it' : path} is a ${nameOf(value)}, which JSON empties`;
  }
  for (const [name, member] of Object.entries(value)) {
    const found = findEmptied(member, path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
