/**
 * The reasoning that OpenRouter wants back as it was given (https://openrouter.ai/docs/use-cases/reasoning-tokens). It
 * comes in pieces: those of one place are one.
 */

import type { Json } from '@perdure/contract';
import { isObject, type Given } from '../../wire/loose.ts';

/** Fields that come in pieces. */
const texts = ['text', 'summary', 'data', 'signature'] as const;

export function joinDetails(before: readonly Json[], more: readonly unknown[]): readonly Json[] {
  const joined: Json[] = [...before];
  for (const one of more) {
    if (!isObject(one)) continue;
    const last = joined.at(-1);
    if (isObject(last) && last['type'] === one['type'] && last['index'] === one['index']) {
      joined[joined.length - 1] = together(last, one) as Json;
    } else joined.push(one as Json);
  }
  return joined;
}

function together(first: Given, second: Given): Given {
  const grown = Object.fromEntries(
    texts.flatMap((name) =>
      typeof first[name] === 'string' && typeof second[name] === 'string' ? [[name, first[name] + second[name]]] : [],
    ),
  );
  const said = Object.fromEntries(Object.entries(second).filter(([, value]) => value !== null && value !== undefined));
  return { ...first, ...said, ...grown };
}
