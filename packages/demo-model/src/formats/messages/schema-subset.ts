/**
 * The JSON Schema that Anthropic's structured output takes
 * (https://platform.claude.com/docs/en/build-with-claude/structured-outputs): objects are closed, nothing recurs, and
 * limits of numbers, texts and lists are not known.
 */

import { isRecord } from '../../schema/node.ts';

const unknownKeywords = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
  'contains',
  'minProperties',
  'maxProperties',
  'patternProperties',
  'propertyNames',
  'not',
  'if',
];

const ofMembers = ['properties', '$defs', 'definitions'];
const ofBranches = ['anyOf', 'allOf', 'oneOf', 'prefixItems', 'items'];

/** What is not taken, as a sentence without its end; undefined where all is. */
export function findUnsupported(schema: unknown): string | undefined {
  return new SubsetCheck(schema).find(schema);
}

class SubsetCheck {
  readonly #root: unknown;
  /** References that are followed now, and those that were followed to their end. */
  readonly #open = new Set<string>();
  readonly #closed = new Set<string>();

  constructor(root: unknown) {
    this.#root = root;
  }

  find(node: unknown): string | undefined {
    if (!isRecord(node)) return undefined;
    return this.#own(node) ?? this.#reference(node['$ref']) ?? this.#below(node);
  }

  #own(node: Readonly<Record<string, unknown>>): string | undefined {
    const { type, minItems, enum: options } = node;
    const isObject = type === 'object' || (Array.isArray(type) && type.includes('object')) || 'properties' in node;
    if (isObject && node['additionalProperties'] !== false)
      return "For 'object' type, 'additionalProperties' must be explicitly set to false";
    const keyword = unknownKeywords.find((name) => name in node);
    if (keyword !== undefined) return `property '${keyword}' is not supported`;
    if (typeof minItems === 'number' && minItems > 1) return "'minItems' values other than 0 or 1 are not supported";
    if (Array.isArray(options) && options.some((option) => typeof option === 'object' && option !== null))
      return "complex types in 'enum' are not supported";
    return undefined;
  }

  #reference(reference: unknown): string | undefined {
    if (typeof reference !== 'string' || this.#closed.has(reference)) return undefined;
    if (!reference.startsWith('#')) return `external reference '${reference}' is not supported`;
    if (this.#open.has(reference) || reference === '#') return `recursive reference '${reference}' is not supported`;
    this.#open.add(reference);
    const names = reference.slice(1).split('/').filter(Boolean);
    const target = names.reduce<unknown>((node, name) => (isRecord(node) ? node[name] : undefined), this.#root);
    const found = this.find(target);
    this.#open.delete(reference);
    this.#closed.add(reference);
    return found;
  }

  #below(node: Readonly<Record<string, unknown>>): string | undefined {
    const members = ofMembers.flatMap((name) => (isRecord(node[name]) ? Object.values(node[name]) : []));
    const branches = ofBranches.flatMap((name) => node[name] ?? []);
    for (const one of [...members, ...branches]) {
      const found = this.find(one);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
