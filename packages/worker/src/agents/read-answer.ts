/**
 * Finds the JSON object in a model's answer. Weak models wrap it: in a code fence, in prose before and after; and some
 * write a draft before it. The last object is the answer.
 */

import type { Json } from '@perdure/contract';
import { endOfObject } from '@perdure/models';

/** The object in `text`, or undefined where none can be read. */
export function readAnswer(text: string): Json | undefined {
  const whole = objectIn(text);
  if (whole !== undefined) return whole;
  const objects = objectsIn(text);
  return objects.findLast((object) => Object.keys(object).length > 0) ?? objects.at(-1);
}

/** Whether the text is one JSON object and nothing else. */
export function isWholeObject(text: string): boolean {
  return objectIn(text) !== undefined;
}

type JsonObject = { readonly [key: string]: Json | undefined };

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !isList(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

/** Those that lie in no other. A brace in prose begins none. */
function objectsIn(text: string): readonly JsonObject[] {
  const found: JsonObject[] = [];
  let steps = maxSteps(text);
  for (let at = text.indexOf('{'); at >= 0 && steps > 0;) {
    const end = endOfObject(text, at, steps);
    steps -= (end ?? text.length) - at;
    // Cut off: what lies within is no answer of its own, and what came before was a draft.
    if (end === undefined && /^\{\s*"/.test(text.slice(at, at + 100))) return [];
    const object = end === undefined ? undefined : objectIn(text.slice(at, end));
    if (object !== undefined) found.push(object);
    at = text.indexOf('{', object === undefined || end === undefined ? at + 1 : end);
  }
  return found;
}

/** A text full of open braces is not looked at for ever. */
const maxSteps = (text: string): number => Math.max(1_000_000, 8 * text.length);
