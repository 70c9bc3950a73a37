/**
 * Puts tool requests together as they stream in, from the fragments themselves: Mastra repairs arguments that are not
 * JSON, or makes them `{}`, and drops the second of two calls with one id. Pure, apart from what it gathers.
 */

import type { Json } from '@perdure/contract';
import type { ModelToolCall } from './model-turn.ts';

export interface ToolRequestReader {
  /** A call, with as much of its arguments as is known. An id the server left out is ''. */
  add(id: string, tool: string, text?: string): void;
  /**
   * A further piece of the arguments. Ids may repeat, but calls come one after the other: it belongs to the newest of
   * its id.
   */
  append(id: string, fragment: string): void;
  /**
   * In the order of their beginnings. `isCut`: the model met its output limit, so that the last one may be incomplete.
   */
  finish(options: { readonly isCut: boolean }): readonly ModelToolCall[];
}

interface Draft {
  readonly id: string;
  readonly tool: string;
  text: string;
}

export function readToolRequests(): ToolRequestReader {
  const drafts: Draft[] = [];
  return {
    add(id, tool, text = '') {
      drafts.push({ id, tool, text });
    },
    append(id, fragment) {
      const draft = drafts.findLast((one) => one.id === id);
      if (draft !== undefined) draft.text += fragment;
    },
    finish({ isCut }) {
      const ids = uniqueIds(drafts.map(({ id }) => id));
      return drafts.map(({ tool, text }, index) => {
        const isWhole = !isCut || index < drafts.length - 1;
        return { id: ids[index] ?? '', tool, ...readArguments(text, { isWhole }) };
      });
    },
  };
}

/** An id that is missing or was used before becomes `call-<position>`, or the next such id that is free. */
function uniqueIds(ids: readonly string[]): readonly string[] {
  const taken = new Set(ids);
  const seen = new Set(['']);
  return ids.map((id, index) => {
    if (!seen.has(id)) {
      seen.add(id);
      return id;
    }
    let position = index + 1;
    while (taken.has(`call-${position}`)) position += 1;
    taken.add(`call-${position}`);
    return `call-${position}`;
  });
}

/**
 * A tool without parameters is often called with no arguments at all; but where the answer was cut, nothing is not
 * `{}`.
 */
function readArguments(text: string, { isWhole }: { readonly isWhole: boolean }) {
  if (text.trim() === '' && isWhole) return { arguments: {} };
  try {
    const value = JSON.parse(text) as Json;
    return isTooDeep(value) ? { malformed: text } : { arguments: value };
  } catch {
    return { malformed: text };
  }
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
