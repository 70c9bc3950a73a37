/**
 * The settings of Claude Code with our entries, or without them; every other character stays as it is. Pure.
 *
 * `{ "hooks": { "<event>": [ { "matcher"?, "hooks": [ { "type", "command" } ] } ] } }`
 */

import { commandOf, entryOf, hookEventNames, isOurs, type HookEvent } from './entries.ts';
import { memberOf, parseJsonText, textOf, withLast, withoutChild, type JsonNode } from './json-text.ts';

/** `problem`: a clause that says why nothing can be written. */
export type SettingsChange =
  | { readonly kind: 'changed'; readonly text: string; readonly events: readonly HookEvent[] }
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly problem: string };

/** `text` undefined or blank: there is no such file yet. */
export function withHooks(text: string | undefined, program: string): SettingsChange {
  return changed(isBlank(text) ? '{}\n' : text, (now, event) => {
    const ours = oursIn(now, event);
    if (ours.length === 0) return added(now, event, program);
    const command = commandOf(event, program);
    const other = ours.find(({ node }) => textOf(node) !== command)?.node;
    return other === undefined ? now : now.slice(0, other.start) + JSON.stringify(command) + now.slice(other.end);
  });
}

export function withoutHooks(text: string | undefined): SettingsChange {
  if (isBlank(text)) return { kind: 'same' };
  return changed(text, (now, event) => {
    let left = now;
    for (let [one] = oursIn(left, event); one !== undefined; [one] = oursIn(left, event)) {
      left = removed(left, event, one);
    }
    return left;
  });
}

/** Which events have our entry. @throws SyntaxError */
export function installedHooks(text: string | undefined): readonly HookEvent[] {
  if (isBlank(text)) return [];
  return hookEventNames.filter((event) => oursIn(text, event).length > 0);
}

function isBlank(text: string | undefined): text is undefined {
  return text === undefined || text.trim() === '';
}

function changed(given: string, change: (text: string, event: HookEvent) => string): SettingsChange {
  // A mark of the byte order is no part of JSON, and stays where it is.
  const mark = given.startsWith('\uFEFF') ? '\uFEFF' : '';
  let text = given.slice(mark.length);
  const events: HookEvent[] = [];
  try {
    for (const event of hookEventNames) {
      const problem = shapeProblem(text, event);
      if (problem !== undefined) return { kind: 'refused', problem };
      const next = change(text, event);
      if (next !== text) events.push(event);
      text = next;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'refused', problem: `it is not plain JSON (${error.message})` };
  }
  return events.length === 0 ? { kind: 'same' } : { kind: 'changed', text: mark + text, events };
}

function shapeProblem(text: string, event: HookEvent): string | undefined {
  const root = parseJsonText(text);
  if (root.kind !== 'object') return 'it is no object';
  const hooks = memberOf(root, 'hooks')?.value;
  if (hooks !== undefined && hooks.kind !== 'object') return 'its "hooks" are no object';
  const list = memberOf(hooks, event)?.value;
  return list === undefined || list.kind === 'array' ? undefined : `its "hooks.${event}" is no list`;
}

interface Found {
  readonly node: JsonNode;
  readonly group: number;
  readonly entry: number;
}

/** The commands of our entries. */
function oursIn(text: string, event: HookEvent): readonly Found[] {
  const list = memberOf(memberOf(parseJsonText(text), 'hooks')?.value, event)?.value;
  if (list?.kind !== 'array') return [];
  return list.items.flatMap((item, group) => {
    const entries = memberOf(item, 'hooks')?.value;
    if (entries?.kind !== 'array') return [];
    return entries.items.flatMap((one, entry) => {
      const node = memberOf(one, 'command')?.value;
      return node !== undefined && isOurs(textOf(node)) ? [{ node, group, entry }] : [];
    });
  });
}

function added(text: string, event: HookEvent, program: string): string {
  const entry = entryOf(event, program);
  const root = parseJsonText(text);
  const hooks = memberOf(root, 'hooks')?.value;
  if (hooks === undefined) return withLast(text, root, { name: 'hooks', value: { [event]: [entry] } });
  const list = memberOf(hooks, event)?.value;
  if (list === undefined) return withLast(text, hooks, { name: event, value: [entry] });
  return withLast(text, list, { value: entry });
}

/** What is empty without our entry goes with it. */
function removed(text: string, event: HookEvent, { group, entry }: Found): string {
  const root = parseJsonText(text);
  const hooks = memberOf(root, 'hooks')?.value;
  const list = memberOf(hooks, event)?.value;
  const entries = list?.kind === 'array' ? memberOf(list.items[group], 'hooks')?.value : undefined;
  if (root.kind !== 'object' || hooks?.kind !== 'object' || list?.kind !== 'array' || entries?.kind !== 'array') {
    return text;
  }
  if (entries.items.length > 1) return withoutChild(text, entries.items, entry);
  if (list.items.length > 1) return withoutChild(text, list.items, group);
  if (hooks.members.length > 1) return withoutMember(text, hooks, event);
  return withoutMember(text, root, 'hooks');
}

function withoutMember(text: string, { members }: Extract<JsonNode, { readonly kind: 'object' }>, name: string) {
  return withoutChild(
    text,
    members,
    members.findIndex((member) => member.name === name),
  );
}
