/** A sink behind which a terminal obeys nobody but us. */

import { hasColour } from './paint.ts';
import type { Environment, Sink } from './sink.ts';
import { harmless } from './visible.ts';

/** `sink` is looked at when it is used: to open one takes time. */
export function harmlessSink(env: Environment, sink: () => Sink): Sink {
  return {
    write: (text) => sink().write(harmless(text, sink().isTTY === true || hasColour(env, sink()))),
    get isTTY() {
      return sink().isTTY === true;
    },
    get columns() {
      return sink().columns;
    },
  } as Sink;
}
