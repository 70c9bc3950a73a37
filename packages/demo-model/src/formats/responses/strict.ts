/**
 * The JSON Schema that OpenAI takes as strict (https://platform.openai.com/docs/guides/structured-outputs): the root is
 * an object, each object is closed and requires all its properties, and some keywords are not known.
 */

import { isRecord } from '../../schema/node.ts';

const unknownKeywords = ['allOf', 'not', 'dependentRequired', 'dependentSchemas', 'if', 'then', 'else', 'oneOf'];
const ofMembers = ['properties', '$defs', 'definitions'];
const ofBranches = ['anyOf', 'items'];

/** What is not taken, as a sentence; undefined where all is. */
export function findNotStrict(schema: unknown): string | undefined {
  const isObject = isRecord(schema) && schema['type'] === 'object' && !('anyOf' in schema);
  return isObject ? findIn(schema, []) : 'schema must be a JSON Schema of \'type: "object"\'.';
}

function findIn(node: unknown, path: readonly string[]): string | undefined {
  if (!isRecord(node)) return undefined;
  const place = `In context=(${path.map((name) => `'${name}'`).join(', ')})`;
  const keyword = unknownKeywords.find((name) => name in node);
  if (keyword !== undefined) return `${place}, '${keyword}' is not permitted.`;
  if (node['type'] === 'object' || 'properties' in node) {
    const names = Object.keys(isRecord(node['properties']) ? node['properties'] : {});
    const required: readonly unknown[] = Array.isArray(node['required']) ? node['required'] : [];
    if (node['additionalProperties'] !== false)
      return `${place}, 'additionalProperties' is required to be supplied and to be false.`;
    const missing = names.find((name) => !required.includes(name));
    if (missing !== undefined)
      return `${place}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
  }
  const members = ofMembers.flatMap((name) =>
    Object.entries(isRecord(node[name]) ? node[name] : {}).map(([key, one]) => ({ one, path: [...path, name, key] })),
  );
  const branches = ofBranches.flatMap((name) =>
    [node[name] ?? []].flat().map((one: unknown) => ({ one, path: [...path, name] })),
  );
  return [...members, ...branches].map(({ one, path }) => findIn(one, path)).find((found) => found !== undefined);
}
