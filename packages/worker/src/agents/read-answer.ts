/** Finds the JSON object in a model's answer. Weak models wrap it: in a code fence, or in prose before and after. */

import type { Json } from '@perdure/contract';
import { findFences } from './fences.ts';

/** The object in `text`, or undefined where none can be read. */
export function readAnswer(text: string): Json | undefined {
  for (const candidate of candidates(text)) {
    const value = parse(candidate);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  }
  return undefined;
}

/** Widest first: a fence may be a part of a string inside the object. */
function* candidates(text: string): Generator<string> {
  yield text;
  yield text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  for (const { body } of findFences(text.split(/\r?\n/))) yield body.join('\n');
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
