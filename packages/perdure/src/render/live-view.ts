/**
 * The live view of a run on a terminal: a line per event, and a model's text as it streams. Nothing is ever drawn over, so what was
 * shown stays in the scroll-back and a copy of the screen reads in order.
 */

import type { WatchItem } from '@perdure/sdk';
import type { Sink } from '../cli/rim.ts';
import { eventLine, type EventLineOptions } from './event-line.ts';
import { printable } from './format.ts';

export interface LiveView {
  readonly show: (item: WatchItem) => void;
  /** Ends a line of streamed text that is still open. */
  readonly end: () => void;
}

export function createLiveView(sink: Sink, options: EventLineOptions): LiveView {
  const { paint } = options;
  /** Key of the turn whose text the cursor stands in. */
  let streaming: string | undefined;

  const end = () => {
    if (streaming !== undefined) sink.write('\n');
    streaming = undefined;
  };

  return {
    end,
    show(item) {
      if (item.type === 'event') {
        const line = eventLine(item.event, options);
        if (line === undefined) return;
        end();
        sink.write(`${line}\n`);
        return;
      }
      if (streaming !== item.key) {
        end();
        sink.write(paint('dim', `  ${item.key} says: `));
        streaming = item.key;
      }
      sink.write(paint('dim', printable(item.delta)));
    },
  };
}
