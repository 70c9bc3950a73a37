/** Keywords of older drafts and of OpenAPI as draft 2020-12 says the same. Each works on a node that is being made. */

import type { Findings } from './findings.ts';
import type { JsonPath } from './json-lines.ts';

/** Draft 4: whether a limit itself is allowed was said beside it. */
export function convertExclusive(node: Record<string, unknown>): void {
  for (const [exclusive, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const given = node[exclusive];
    if (typeof given !== 'boolean') continue;
    delete node[exclusive];
    if (!given || typeof node[limit] !== 'number') continue;
    node[exclusive] = node[limit];
    delete node[limit];
  }
}

function isNames([, value]: readonly [string, unknown]): boolean {
  return Array.isArray(value) || typeof value === 'string';
}

/** Until draft 7 what must be there, and what must hold, when a member is there was one keyword. */
export function splitDependencies(dependencies: Record<string, unknown>): {
  readonly required: Record<string, unknown>;
  readonly schemas: Record<string, unknown>;
} {
  const entries = Object.entries(dependencies);
  return {
    required: Object.fromEntries(
      entries.filter(isNames).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
    ),
    schemas: Object.fromEntries(entries.filter((entry) => !isNames(entry))),
  };
}

const saysNothing = new Set([
  '$comment',
  'default',
  'deprecated',
  'description',
  'examples',
  'readOnly',
  'title',
  'writeOnly',
]);

/** OpenAPI 3.0: null is allowed, too. */
export function allowNull(node: Record<string, unknown>): void {
  if (Array.isArray(node['enum']) && !node['enum'].includes(null))
    node['enum'] = [...(node['enum'] as unknown[]), null];
  if ('const' in node && node['const'] !== null) {
    node['enum'] = [node['const'], null];
    delete node['const'];
  }
  const { type } = node;
  if (typeof type === 'string' && type !== 'null') node['type'] = [type, 'null'];
  if (Array.isArray(type) && !type.includes('null')) node['type'] = [...(type as unknown[]), 'null'];
  const rest = Object.entries(node).filter(([keyword]) => !saysNothing.has(keyword));
  const isClosed = rest.some(([keyword]) => ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if'].includes(keyword));
  if (!isClosed) return;
  for (const [keyword] of rest) delete node[keyword];
  node['anyOf'] = [Object.fromEntries(rest), { type: 'null' }];
}

/** Draft 3 said in the member itself that it is required. */
export function checkRequired(node: Record<string, unknown>, path: JsonPath, findings: Findings): void {
  if (typeof node['required'] !== 'boolean') return;
  const name = path.at(-1);
  if (node['required']) {
    const message = `"required": true is of an old draft; list "${name}" under "required" of the object around it`;
    findings.problem([...path, 'required'], message);
  }
  delete node['required'];
}

/** What has an effect beside another keyword alone. */
const companions: readonly (readonly [keyword: string, beside: readonly string[]])[] = [
  ['if', ['then', 'else']],
  ['then', ['if']],
  ['else', ['if']],
  ['minContains', ['contains']],
  ['maxContains', ['contains']],
];

/** Drops what is alone. */
export function dropLonely(node: Record<string, unknown>, path: JsonPath, findings: Findings): void {
  const lonely = companions.filter(([keyword, beside]) => keyword in node && !beside.some((other) => other in node));
  for (const [keyword, beside] of lonely) {
    const names = beside.map((name) => `"${name}"`).join(' or ');
    findings.note([...path, keyword], `"${keyword}" has no effect without ${names} beside it, and is passed over`);
    delete node[keyword];
  }
}
