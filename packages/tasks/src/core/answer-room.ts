/**
 * How much one answer may say of what others wrote: words to whoever works, and what was handed over. One of either is
 * told whole, a hundred are not; what is cut stays where it can be read, and that is said.
 */

import { cut } from './cut.ts';
import type { ResumeItem } from './ports.ts';
import type { Heed } from './told.ts';

/** Characters of all words together, and of all hand-overs. */
const room = 12_000;
/** Shorter than this a word says nothing. */
const shortest = 160;

/** As many as there is room for, each with an even part of it; `hidden`: how many were left out. */
export function fitWords(words: readonly Heed[]): { readonly shown: readonly Heed[]; readonly hidden: number } {
  const most = Math.floor(room / shortest);
  const shown = words.slice(0, most);
  let left = room;
  const fitted = shown.map((word, index) => {
    const message = cut(word.message, Math.floor(left / (shown.length - index)));
    left -= message.length;
    return { ...word, message };
  });
  return { shown: fitted, hidden: words.length - shown.length };
}

/** The newest that there is room for, oldest first; the others stay in the queue. One alone is told, however long. */
export function fitHandOvers(items: readonly ResumeItem[]): {
  readonly shown: readonly ResumeItem[];
  readonly hidden: number;
} {
  let left = room;
  const first = items.findLastIndex(({ context }, index) => {
    left -= context.length;
    return left < 0 && index < items.length - 1;
  });
  const shown = items.slice(first + 1);
  return { shown, hidden: items.length - shown.length };
}

/** What was left out, and where it is. */
export function hiddenLines(
  taskId: string,
  { words, handOvers }: { readonly words: number; readonly handOvers: number },
) {
  return [
    ...(words === 0 ? [] : [`${words} more word(s) stand: perdure task show ${taskId}`]),
    ...(handOvers === 0 ? [] : [`${handOvers} older hand-over(s) wait: perdure task queue pop ${taskId}`]),
  ];
}
