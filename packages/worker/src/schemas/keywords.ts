/** The words of JSON Schema, of its older drafts and of the dialects that generators write. */

/** How the value of a keyword holds schemas. */
export const oneSchema = new Set([
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
export const listOfSchemas = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
export const mapOfSchemas = new Set(['$defs', 'dependentSchemas', 'patternProperties', 'properties']);

/** Keywords of draft 2020-12 that hold no schema and are kept as they are. */
export const plainKeywords = new Set([
  '$comment',
  'const',
  'contentEncoding',
  'contentMediaType',
  'default',
  'dependentRequired',
  'deprecated',
  'description',
  'enum',
  'examples',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'maxContains',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minContains',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'pattern',
  'readOnly',
  'required',
  'title',
  'type',
  'uniqueItems',
  'writeOnly',
]);

/** What says something to a tool or to a reader, and nothing about which values are valid. */
const harmless = new Set([
  '$vocabulary',
  'const_name',
  'defaultSnippets',
  'discriminator',
  'enumDescriptions',
  'enumNames',
  'env_names',
  'errorMessage',
  'example',
  'externalDocs',
  'markdownDescription',
  'markdownEnumDescriptions',
  'propertyOrder',
  'propertyOrdering',
  'tsEnumNames',
  'tsType',
  'xml',
]);

export function isHarmless(keyword: string): boolean {
  return harmless.has(keyword) || /^x-/i.test(keyword);
}

/** What people write who think of another language; each means that answers are held against something. */
const meant: Readonly<Record<string, string>> = {
  max: 'maximum',
  maxLen: 'maxLength',
  maxlen: 'maxLength',
  min: 'minimum',
  minLen: 'minLength',
  minlen: 'minLength',
  options: 'enum',
  regex: 'pattern',
  regexp: 'pattern',
  values: 'enum',
};

const identifiers = ['$anchor', '$defs', '$id', '$ref', '$schema'];
const known = [...oneSchema, ...listOfSchemas, ...mapOfSchemas, ...plainKeywords, ...identifiers];
/** So short that half of all words are near them. */
const tooShort = new Set(['not', 'if', 'then', 'else', '$id']);

/** The keyword that `word` is a slip of, or undefined where it is a word of its own. */
export function meantKeyword(word: string): string | undefined {
  if (Object.hasOwn(meant, word)) return meant[word];
  const near = known
    .filter((keyword) => !tooShort.has(keyword))
    .map((keyword) => ({ keyword, distance: distance(word.toLowerCase(), keyword.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  if (near === undefined) return undefined;
  return near.distance <= (near.keyword.length <= 5 ? 1 : 2) ? near.keyword : undefined;
}

/** How many letters must be changed, added or dropped, or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let [older, old]: readonly [readonly number[], readonly number[]] = [
    [],
    Array.from({ length: b.length + 1 }, (_, j) => j),
  ];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let least = Math.min((old[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (old[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (older[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [older, old] = [old, row];
  }
  return old[b.length] ?? 0;
}
