/**
 * A JSON Schema as any generator writes it, as one of draft 2020-12 that stands alone: older forms are converted, what
 * says nothing about which values are valid is passed over, and each reference leads to a place of the result. Pure.
 * Surprise: a keyword that looks like a slip of a standard one is a problem, since nothing would be held against it.
 */

import { Findings, isRecord, type JsonSchema, type SchemaNode as Node } from './findings.ts';
import type { JsonPath } from './json-lines.ts';
import { isHarmless, listOfSchemas, mapOfSchemas, meantKeyword, oneSchema, plainKeywords } from './keywords.ts';
import { allowNull, checkRequired, convertExclusive, dropLonely, splitDependencies } from './older-drafts.ts';
import { readPattern } from './patterns.ts';
import { documentBase, References, type Reference } from './references.ts';
import { inlineRoot, writeReferences } from './write-references.ts';

export interface Conversion {
  readonly schema: JsonSchema;
  readonly findings: Findings;
  /** Where each node of the result stood in what was given. */
  readonly origins: ReadonlyMap<unknown, JsonPath>;
}

export interface ConvertOptions {
  /** Formats that are checked. */
  readonly formats: ReadonlySet<string>;
}

/** `given` must be JSON. */
export function convertSchema(given: Node, options: ConvertOptions): Conversion {
  return new Converter(given, options).convert();
}

/** Names, and what only says how to read the rest: all of it is gone once references lead to places. */
const identifying = new Set(['$anchor', '$dynamicAnchor', '$id', '$recursiveAnchor', '$schema', 'id']);
const referring = new Set(['$dynamicRef', '$recursiveRef', '$ref']);

const knownDialect = /^https?:\/\/json-schema\.org\/(?:draft-0[4-7]|draft\/20(?:19-09|20-12))\/schema#?$/;

function dialectOf({ $schema }: Node): string {
  return typeof $schema === 'string' ? $schema : '';
}

interface Referring {
  /** What refers, in the result. */
  readonly node: Node;
  readonly path: JsonPath;
  readonly keyword: string;
  readonly reference: Reference;
}

class Converter {
  readonly #given: Node;
  readonly #formats: ReadonlySet<string>;
  readonly #takesId: boolean;
  readonly #references: References;
  readonly #findings = new Findings();
  readonly #origins = new Map<unknown, JsonPath>();
  /** By what was given. */
  readonly #made = new Map<unknown, Node>();
  readonly #referring: Referring[] = [];
  readonly #targets = new Map<Node, Node>();

  constructor(given: Node, { formats }: ConvertOptions) {
    this.#given = given;
    this.#formats = formats;
    this.#references = new References(given);
    // Later drafts have no `id`, and generators write one that means nothing.
    this.#takesId = given['$schema'] === undefined || /draft-0[34]/.test(dialectOf(given));
  }

  convert(): Conversion {
    this.#noteDialect();
    const root = this.#node(this.#given, [], documentBase);
    this.#resolveAll(root);
    const schema = inlineRoot(root, this.#targets);
    const { $defs, ...rest } = schema;
    // Last, so that what stands both here and at the top is found at the top.
    const ordered: Node = isRecord($defs) ? { ...rest, $defs: { ...$defs } } : rest;
    this.#origins.set(ordered, []);
    writeReferences(ordered, this.#targets, new Map([[root, ordered]]));
    return { schema: ordered, findings: this.#findings, origins: this.#origins };
  }

  #noteDialect(): void {
    if (this.#given['$schema'] === undefined || knownDialect.test(dialectOf(this.#given))) return;
    this.#findings.note(['$schema'], '"$schema" names a dialect that is not known here; it is read as draft 2020-12');
  }

  #schema(given: unknown, path: JsonPath, base: string): unknown {
    if (typeof given === 'boolean') return given;
    if (isRecord(given)) return this.#node(given, path, base);
    this.#findings.problem(
      path,
      `a schema is needed here, and this is ${JSON.stringify(given)?.slice(0, 40)}; write an object`,
    );
    return {};
  }

  #node(given: Node, path: JsonPath, outer: string): Node {
    const node: Node = {};
    this.#made.set(given, node);
    this.#origins.set(node, path);
    const base = this.#references.enter(given, outer, this.#takesId);
    for (const [keyword, value] of Object.entries(given)) this.#keyword({ node, given, path, base }, keyword, value);
    convertExclusive(node);
    checkRequired(node, path, this.#findings);
    dropLonely(node, path, this.#findings);
    this.#checkPatterns(node, path);
    this.#checkFormat(node, path);
    if (given['nullable'] === true && path.length > 0) this.#allowNull(node);
    return node;
  }

  /** What refers may stand one level deeper afterwards. */
  #allowNull(node: Node): void {
    const before = this.#referring.filter((each) => each.node === node);
    allowNull(node);
    const inner = '$ref' in node || !Array.isArray(node['anyOf']) ? undefined : (node['anyOf'][0] as Node | undefined);
    if (inner === undefined || !('$ref' in inner)) return;
    for (const each of before) this.#referring.splice(this.#referring.indexOf(each), 1, { ...each, node: inner });
  }

  #keyword({ node, given, path, base }: Place, keyword: string, value: unknown): void {
    const at = [...path, keyword];
    const convert = (inner: unknown, ...rest: JsonPath) => this.#schema(inner, [...at, ...rest], base);
    if (identifying.has(keyword)) {
      if (keyword === 'id' && !this.#takesId) this.#passOver(at, keyword);
    } else if (referring.has(keyword) && typeof value === 'string') {
      node['$ref'] = value;
      this.#referring.push({ node, path: at, keyword, reference: { text: value, base } });
    } else if (keyword === 'items' && Array.isArray(value)) {
      node['prefixItems'] = value.map((item, index) => convert(item, index));
    } else if (keyword === 'additionalItems') {
      if (Array.isArray(given['items'])) node['items'] = convert(value);
      else this.#findings.note(at, '"additionalItems" has no effect without a list under "items", and is passed over');
    } else if (keyword === 'dependencies' && isRecord(value)) {
      const { required, schemas } = splitDependencies(value);
      if (Object.keys(required).length > 0) merge(node, 'dependentRequired', required);
      if (Object.keys(schemas).length > 0) merge(node, 'dependentSchemas', mapValues(schemas, convert));
    } else if ((keyword === 'definitions' || keyword === '$defs') && isRecord(value)) {
      merge(node, '$defs', mapValues(value, convert));
    } else if (mapOfSchemas.has(keyword) && isRecord(value)) {
      merge(node, keyword, mapValues(value, convert));
    } else if (listOfSchemas.has(keyword) && Array.isArray(value)) {
      node[keyword] = value.map((item, index) => convert(item, index));
    } else if (oneSchema.has(keyword)) {
      node[keyword] = convert(value);
    } else if (plainKeywords.has(keyword) || mapOfSchemas.has(keyword) || listOfSchemas.has(keyword)) {
      node[keyword] = value;
    } else if (keyword !== 'nullable') this.#unknown(at, keyword);
  }

  #unknown(at: JsonPath, keyword: string): void {
    // Of OpenAPI: what is referred to in it is taken along.
    if (keyword === 'components') return;
    if (isHarmless(keyword)) return this.#passOver(at, keyword);
    if (referring.has(keyword)) return this.#findings.problem(at, `"${keyword}" must be a text; write "#/$defs/name"`);
    const meant = meantKeyword(keyword);
    if (keyword === '$async')
      return this.#findings.problem(at, 'it uses "$async", which is not JSON Schema; remove it');
    if (meant !== undefined) return this.#findings.problem(at, `unknown keyword: "${keyword}"; write "${meant}"`);
    this.#findings.note(
      at,
      `"${keyword}" is no keyword of JSON Schema and is passed over: no answer is held against it`,
    );
  }

  #passOver(at: JsonPath, keyword: string): void {
    this.#findings.note(at, `"${keyword}" says nothing about which answers are valid, and is passed over`);
  }

  #checkPatterns(node: Node, path: JsonPath): void {
    const { pattern, patternProperties } = node;
    const patterns = [
      ...(typeof pattern === 'string' ? [{ source: pattern, at: [...path, 'pattern'] }] : []),
      ...Object.keys(isRecord(patternProperties) ? patternProperties : {}).map((source) => ({
        source,
        at: [...path, 'patternProperties', source],
      })),
    ];
    for (const { source, at } of patterns) {
      const read = readPattern(source);
      if (read.kind === 'refused') this.#findings.problem(at, `the pattern "${source}" ${read.why}`);
    }
  }

  #checkFormat(node: Node, path: JsonPath): void {
    const { format } = node;
    if (typeof format !== 'string' || this.#formats.has(format)) return;
    delete node['format'];
    const message = `the format "${format}" is not known here and is passed over; what it means can be said by "pattern"`;
    this.#findings.note([...path, 'format'], message);
  }

  /** More than was there when it began: what is referred to may refer on. */
  #resolveAll(root: Node): void {
    for (let next = this.#referring.shift(); next !== undefined; next = this.#referring.shift()) {
      const { node, path, keyword, reference } = next;
      const found =
        keyword === '$dynamicRef' ? this.#references.findDynamic(reference) : this.#references.find(reference);
      if (found.kind !== 'found') {
        this.#findings.problem(path, this.#leadsNowhere(reference.text, found.kind));
        continue;
      }
      const made = this.#made.get(found.target) ?? this.#takeAlong(root, found);
      if (made !== undefined) this.#targets.set(node, made);
      else {
        // True or false, which has no identity.
        delete node['$ref'];
        if (found.target === false) node['not'] = {};
      }
    }
  }

  /** What stands where no schema does, such as `components/schemas` of OpenAPI, becomes a definition. */
  #takeAlong(root: Node, { target, path }: { readonly target: unknown; readonly path: JsonPath }): Node | undefined {
    if (!isRecord(target)) return undefined;
    const made = this.#node(target, path, documentBase);
    const taken = isRecord(root['$defs']) ? root['$defs'] : {};
    let free = String(path.at(-1) ?? 'part');
    while (Object.hasOwn(taken, free)) free += '_';
    root['$defs'] = { ...taken, [free]: made };
    return made;
  }

  #leadsNowhere(text: string, kind: 'remote' | 'missing' | 'ambiguous'): string {
    if (kind === 'ambiguous') return `"${text}" is the name of several places; refer to one of them with "$ref"`;
    const name = text.split(/[/#]/).findLast((part) => part !== '') ?? 'name';
    if (kind === 'remote') {
      return `"${text}" lies elsewhere, and nothing is fetched; copy it to "$defs": { "${name}": … } and write "$ref": "#/$defs/${name}"`;
    }
    const known = this.#references.definitions;
    const hint = known.length === 0 ? 'there are no definitions' : `defined are ${known.join(', ')}`;
    return `"${text}" leads nowhere; ${hint}, so define it under "$defs" and write "$ref": "#/$defs/${name}"`;
  }
}

interface Place {
  readonly node: Node;
  readonly given: Node;
  readonly path: JsonPath;
  readonly base: string;
}

function merge(node: Node, keyword: string, members: Node): void {
  node[keyword] = { ...(node[keyword] as Node | undefined), ...members };
}

function mapValues(members: Node, convert: (value: unknown, name: string) => unknown): Node {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, convert(value, name)]));
}
