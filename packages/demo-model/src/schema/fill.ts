/**
 * An answer in the form that a JSON Schema asks for, made of facts. Where the facts have nothing to say under a name,
 * the answer says so in a sentence that is true of any subject. Pure and deterministic.
 */

import type { Json } from '@perdure/contract';
import { asFacts, asList, asText, findFact, type Fact, type FactKind, type Facts } from '../facts/fact.ts';
import { isRecord, type JsonSchema } from './node.ts';
import { chooseOption, fillNumber, fillText, numberAt } from './scalars.ts';
import { deepAt, newBudget, nodeType, resolveNode, spend, type Budget, type NodeType } from './resolve.ts';

/** Where in the answer a value stands. */
interface Place {
  readonly root: JsonSchema;
  readonly budget: Budget;
  /** What the answer is about, for sentences that have no fact. */
  readonly about: string;
  readonly depth: number;
  /** Name of the nearest property. */
  readonly name: string;
  /** Place in the nearest list. */
  readonly index: number;
  /** Facts of the object around it. */
  readonly scope: Facts;
  /** Whether neighbours in a list must differ. */
  readonly distinct: boolean;
}

/** Fills a schema. Throws `EndlessSchema` where no finite value exists. */
export function fillSchema(root: JsonSchema, facts: Facts, options: { readonly about: string }): Json {
  const budget = newBudget();
  const place = {
    root,
    budget,
    about: options.about,
    depth: 0,
    name: 'answer',
    index: 0,
    scope: facts,
    distinct: false,
  };
  return fill(root, facts, place);
}

/** A text of a million characters is as much as the budget allows. */
const charactersAStep = 5;

function fill(schema: unknown, fact: Fact | undefined, place: Place): Json {
  const hasFact = fact !== undefined || place.depth === 0;
  const node = resolveNode(schema, { ...place, hasFact });
  if ('const' in node) return node['const'] as Json;
  if (Array.isArray(node['enum'])) return chooseOption(node['enum'], fact, place.distinct ? place.index : undefined);
  const type = nodeType(node, { hasFact });
  switch (type) {
    case 'object':
      return fillObject(node, asFacts(fact) ?? place.scope, place);
    case 'array':
      return fillArray(node, asList(fact), place);
    case 'number':
    case 'integer':
      return fillNumber(node, fact, place);
    case 'boolean':
      return fact === true;
    case 'null':
      return null;
    default:
      spend(place.budget, (numberAt(node, 'minLength') ?? 0) / charactersAStep);
      return fillText(node, sayable(node, asText(fact)) ?? withoutFact(place), place.index);
  }
}

/** A fact may be that there is nothing to say, unless something must be said. */
function sayable(node: JsonSchema, text: string | undefined): string | undefined {
  return text === '' && (numberAt(node, 'minLength') ?? 0) > 0 ? undefined : text;
}

function withoutFact({ name, about, index, distinct }: Place): string {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase();
  const number = distinct || index > 0 ? ` ${index + 1}` : '';
  return `The demo model answers by rule and knows no "${words}${number}" of its own for ${about}.`;
}

function fillObject(node: JsonSchema, scope: Facts, place: Place): Json {
  const properties = isRecord(node['properties']) ? node['properties'] : {};
  const required = Array.isArray(node['required']) ? node['required'].map(String) : [];
  const listed = place.depth < deepAt ? [...Object.keys(properties), ...required] : required;
  const names = new Set(listed);
  const extra = node['additionalProperties'] ?? true;
  spend(place.budget, numberAt(node, 'minProperties') ?? 0);
  for (let i = 1; names.size < (numberAt(node, 'minProperties') ?? 0); i += 1) names.add(`entry${i}`);
  const members = [...names].map((name): [string, Json] => {
    const schema = properties[name] ?? extra;
    const inner = { ...place, depth: place.depth + 1, name, scope };
    return [name, fill(schema, findFact(scope, name, wantedKind(schema, inner)), inner)];
  });
  return Object.fromEntries(members);
}

const kinds: Readonly<Partial<Record<NodeType, FactKind>>> = {
  object: 'object',
  array: 'array',
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
};

function wantedKind(schema: unknown, place: Place): FactKind | undefined {
  const node = resolveNode(schema, { ...place, hasFact: true });
  const type = nodeType(node, { hasFact: true });
  return type === undefined ? (Array.isArray(node['enum']) ? 'string' : undefined) : kinds[type];
}

function fillArray(node: JsonSchema, facts: readonly Fact[] | undefined, place: Place): Json {
  const prefix: readonly unknown[] = Array.isArray(node['prefixItems']) ? node['prefixItems'] : [];
  const min = Math.max(numberAt(node, 'minItems') ?? 0, prefix.length);
  const max = node['items'] === false ? prefix.length : (numberAt(node, 'maxItems') ?? Infinity);
  const usual = facts?.length ?? (place.depth < deepAt ? 1 : 0);
  const count = Math.min(Math.max(usual, min), max);
  spend(place.budget, count);
  return Array.from({ length: count }, (_, index) =>
    fill(prefix[index] ?? node['items'] ?? true, facts?.[index], {
      ...place,
      depth: place.depth + 1,
      index,
      // An item without a fact has nothing to say; looking into the facts around it would repeat the title of the
      // whole.
      scope: {},
      distinct: node['uniqueItems'] === true,
    }),
  );
}
