/**
 * What a worker hands back: six headers, a blank line, and a short body, in the form of the original. Nothing is
 * guessed at: a header that is missing or says something else makes it no return, and nothing is written.
 */

import { goalStatuses, laneTags, nextRoles } from '@perdure/contract';
import { enumerate, refuse } from './answers.ts';
import type { LaneReturn } from './commands.ts';
import type { Refusal } from './ports.ts';
import { sha256 } from './sha256.ts';

/** In the order in which a brief asks for them. */
export const returnHeaders = ['tag', 'task_id', 'line', 'node', 'goal_status', 'next_role'] as const;
type Header = (typeof returnHeaders)[number];

/** The items of the body, in order. */
export const returnItems = [
  'Goal',
  'Completed',
  'Changed artifacts/files',
  'Current status',
  'Next step',
  'Risk',
] as const;

export const longestBody = 20_000;

export function parseReturn(text: string): { readonly kind: 'return'; readonly given: LaneReturn } | Refusal {
  const { headers, twice, body } = split(text);
  if (twice !== undefined) return unfit(`the header ${twice} is there twice, and says two things`);
  const missing = returnHeaders.filter((name) => (headers.get(name) ?? '') === '');
  if (missing.length > 0) {
    return unfit(
      `missing required headers: ${missing.join(', ')}; it begins with ${enumerate(returnHeaders, 6)}, one a line, before any other text`,
    );
  }
  const of = (name: Header) => headers.get(name) ?? '';
  const tag = laneTags.find((one) => one === of('tag'));
  if (tag === undefined) return unfit(`invalid tag: ${short(of('tag'))}; it is one of ${laneTags.join(', ')}`);
  const goal_status = goalStatuses.find((one) => one === of('goal_status'));
  if (goal_status === undefined) {
    return unfit(`invalid goal_status: ${short(of('goal_status'))}; it is one of ${goalStatuses.join(', ')}`);
  }
  const next_role = nextRoles.find((one) => one === of('next_role'));
  if (next_role === undefined) {
    return unfit(`invalid next_role: ${short(of('next_role'))}; it is one of ${nextRoles.join(', ')}`);
  }
  if (of('line').length > 64 || of('node').length > 100) {
    return unfit('line or node is too long; copy both from the brief');
  }
  if (body.length > longestBody) {
    const rule = `the body has ${body.length} characters and may have ${longestBody}; put the rest into a file and name it`;
    return unfit(rule);
  }
  const fields = { task_id: of('task_id'), line: of('line'), node: of('node'), tag, goal_status, next_role, body };
  return { kind: 'return', given: returnOf(fields) };
}

/** The text of a return that Perdure itself makes, as for a run that ended. */
export function returnOf(fields: Omit<LaneReturn, 'digest'>): LaneReturn {
  const { task_id, line, node, tag, goal_status, next_role, body } = fields;
  const ordered = { task_id, line, node, tag, goal_status, next_role, body };
  return { ...ordered, digest: sha256(JSON.stringify(ordered)) };
}

/** Names are case-sensitive, and the first blank or other line ends them. */
function split(text: string): {
  readonly headers: ReadonlyMap<string, string>;
  /** One that is there again and says something else. */
  readonly twice: string | undefined;
  readonly body: string;
} {
  const lines = text
    .replace(/^\uFEFF/u, '')
    .trimStart()
    .toWellFormed()
    .split(/\r?\n/u);
  const headers = new Map<string, string>();
  let twice: string | undefined;
  let index = 0;
  for (; index < lines.length; index += 1) {
    const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_-]*)[ \t]*:[ \t]*(.*)$/u.exec(lines[index] ?? '') ?? [];
    if (name === undefined) break;
    const said = value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
    if ((headers.get(name) ?? said) !== said) twice ??= name;
    headers.set(name, said);
  }
  return { headers, twice, body: lines.slice(index).join('\n').trim() };
}

function short(value: string): string {
  return value.length <= 60 ? value : `${value.slice(0, 60)}…`;
}

function unfit(why: string): Refusal {
  return refuse(
    'invalid_input',
    `This is no return of a worker: ${why}; nothing was written, correct it and ingest it again.`,
    { why },
  );
}
