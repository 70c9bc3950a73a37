/**
 * Puts calls of tools together as they stream in. Which call a piece belongs to is told by its id before its index:
 * some servers give all calls of a turn the index 0. And by its name before neither: some send no ids at all.
 */

import type { Json } from '@perdure/contract';
import { compact } from '@perdure/contract';
import type { Carried, ModelToolCall } from '../turn/message.ts';
import { isWholeJson, parseJson } from './loose.ts';
import { Oddity } from './oddity.ts';
import type { CallPiece } from './piece.ts';

interface Draft {
  readonly id: string | undefined;
  readonly index: number | undefined;
  tool: string | undefined;
  text: string;
  whole: Json | undefined;
  carried: Carried | undefined;
}

export class CallDrafts {
  readonly #drafts: Draft[] = [];

  get count(): number {
    return this.#drafts.length;
  }

  add(piece: CallPiece): void {
    const draft = this.#find(piece) ?? this.#begin(piece);
    const { tool, text, whole, carried } = piece;
    // A name may come in pieces too, or with each piece again.
    if (tool !== undefined && tool !== draft.tool) draft.tool = draft.tool === undefined ? tool : draft.tool + tool;
    if (whole !== undefined) draft.whole = whole;
    if (carried !== undefined) draft.carried = { ...draft.carried, ...carried };
    // The arguments once more as a whole, behind their pieces.
    if (text !== undefined && !(text === draft.text && isWholeJson(text))) draft.text += text;
  }

  #begin({ id, index }: CallPiece): Draft {
    const draft: Draft = { id, index, tool: undefined, text: '', whole: undefined, carried: undefined };
    this.#drafts.push(draft);
    return draft;
  }

  /** The call that this is a further piece of; undefined where it begins one. */
  #find({ id, index, tool }: CallPiece): Draft | undefined {
    const same = id === undefined ? undefined : this.#drafts.findLast((draft) => draft.id === id);
    if (same !== undefined && (tool === undefined || isSameCall(same, index, tool))) return same;
    if (same !== undefined && index === undefined) return undefined;
    const newest = this.#drafts.at(-1);
    const near = index === undefined ? newest : this.#drafts.findLast((draft) => draft.index === index);
    if (near === undefined) return undefined;
    // Some invent an id for each piece. One that also names a tool is another call.
    if (id !== undefined && near.id !== undefined) return tool === undefined && !isDone(near) ? near : undefined;
    if (tool === undefined) return near;
    const isAgain = near.tool === undefined || (tool === near.tool && !isDone(near));
    return isAgain && (id === undefined || near.id === undefined) ? near : undefined;
  }

  /**
   * The calls, in the order of their beginnings, ids made unique. `isCut`: the output ended at its limit, so that the
   * last one may be incomplete. Throws an `Oddity` where one names no tool.
   */
  finish({ isCut }: { readonly isCut: boolean }): readonly ModelToolCall[] {
    const ids = uniqueIds(this.#drafts.map(({ id }) => id ?? ''));
    return this.#drafts.map(({ tool, text, whole, carried }, place) => {
      if (tool === undefined) throw new Oddity(`the name of tool call ${place + 1}`, 'missing');
      const isWhole = !isCut || place < this.#drafts.length - 1;
      const given = whole === undefined ? readArguments(text, { isWhole }) : bounded(whole, text);
      return { id: ids[place] ?? '', tool, ...given, ...compact({ carried }) };
    });
  }
}

/** Two calls of one id differ in their place, or in their tool where the first is complete. */
function isSameCall(draft: Draft, index: number | undefined, tool: string): boolean {
  const isElsewhere = index !== undefined && draft.index !== undefined && index !== draft.index;
  return !isElsewhere && !(draft.tool !== undefined && draft.tool !== tool && isDone(draft));
}

const isDone = ({ text, whole }: Draft): boolean => whole !== undefined || isWholeJson(text);

/**
 * An id that is missing or was used before becomes `call00001` by its place, or the next such id that is free: nine
 * letters and digits are an id to every server (https://docs.mistral.ai/capabilities/function_calling).
 */
function uniqueIds(ids: readonly string[]): readonly string[] {
  const taken = new Set(ids);
  const seen = new Set(['']);
  return ids.map((id, place) => {
    if (!seen.has(id)) {
      seen.add(id);
      return id;
    }
    let number = place + 1;
    const named = () => `call${String(number).padStart(5, '0')}`;
    while (taken.has(named())) number += 1;
    taken.add(named());
    return named();
  });
}

/**
 * A tool without parameters is often called with no arguments at all; but where the answer was cut, nothing is not
 * `{}`.
 */
function readArguments(text: string, { isWhole }: { readonly isWhole: boolean }) {
  if (text.trim() === '' && isWhole) return { arguments: {} };
  const value = parseJson(text);
  return value === undefined ? { malformed: text } : bounded(unwrapped(value), text);
}

/** Arguments that were made a text twice: a JSON text whose value is the JSON text of an object. */
function unwrapped(value: Json): Json {
  if (typeof value !== 'string') return value;
  const inner = parseJson(value);
  return typeof inner === 'object' && inner !== null ? inner : value;
}

function bounded(value: Json, text: string) {
  if (value === null) return { arguments: {} };
  return isTooDeep(value) ? { malformed: text } : { arguments: value };
}

/** No tool takes such arguments, and what walks through them would run out of stack. */
const deepest = 100;

function isTooDeep(value: Json): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}
