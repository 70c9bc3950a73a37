/**
 * One line at the end of what was written that is rewritten in place. Whoever writes anything else clears it first.
 * Where a terminal cannot rewrite a line there is none.
 */

import type { Sink } from './sink.ts';

export interface StatusLine {
  /** Puts `text` in the place of what was shown; an empty one leaves nothing. */
  readonly show: (text: string) => void;
}

const eraseLine = '\r\u001b[2K';
const defaultColumns = 80;

export function createStatusLine(sink: Sink, { canRewrite }: { readonly canRewrite: boolean }): StatusLine {
  let shown = '';
  return {
    show(text) {
      // A line that wraps could not be taken back.
      const fitting = canRewrite ? text.slice(0, (sink.columns ?? defaultColumns) - 1) : '';
      if (fitting === shown) return;
      sink.write(`${shown === '' ? '' : eraseLine}${fitting}`);
      shown = fitting;
    },
  };
}
