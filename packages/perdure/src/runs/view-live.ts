/**
 * The live view of a run on a terminal: a line per event, and what models write while they write it. Plain text
 * streams; an answer in JSON, which nobody reads as it scrolls by, is counted in a line that is rewritten in place.
 * Everything else stays in the scroll-back.
 */

import type { RunEvent } from '@perdure/contract';
import type { WatchItem } from '@perdure/sdk';
import { formatCount, printable } from '../text/format.ts';
import type { Sink } from '../text/sink.ts';
import { createStatusLine } from '../text/status-line.ts';
import { eventLine, type EventDetails, type EventLineOptions } from './view-event.ts';

export interface LiveView {
  /** `details`: what the record tells beyond the event. */
  readonly show: (item: WatchItem, details?: EventDetails) => void;
  /** Lines of something else, between those of events. */
  readonly tell: (lines: readonly string[]) => void;
  /** Ends a line of streamed text that is still open. */
  readonly end: () => void;
}

export interface LiveViewOptions extends EventLineOptions {
  readonly canRewrite: boolean;
}

/** A turn in progress. */
interface Turn {
  form: 'unknown' | 'plain' | 'json';
  length: number;
  /** What came before its form was known. */
  held: string;
}

export function createLiveView(sink: Sink, options: LiveViewOptions): LiveView {
  const { paint } = options;
  const status = createStatusLine(sink, options);
  const turns = new Map<string, Turn>();
  /** Text may arrive behind the event that ends its turn. */
  const over = new Set<string>();
  /** Key of the turn whose text the cursor stands in. */
  let streaming: string | undefined;

  const endLine = () => {
    if (streaming !== undefined) sink.write('\n');
    streaming = undefined;
  };
  const showStatus = () => {
    if (streaming === undefined) status.show(statusText(turns));
  };
  const stream = (key: string, text: string) => {
    status.show('');
    if (streaming !== key) {
      endLine();
      sink.write(paint('dim', `  ${key} says: `));
      streaming = key;
    }
    sink.write(paint('dim', printable(text)));
  };
  const showText = (key: string, delta: string) => {
    if (over.has(key)) return;
    const turn = turns.get(key) ?? { form: 'unknown', length: 0, held: '' };
    turns.set(key, turn);
    turn.length += delta.length;
    const text = turn.held + delta;
    if (turn.form === 'unknown') turn.form = formOf(text);
    turn.held = turn.form === 'unknown' ? text : '';
    if (turn.form === 'plain') stream(key, text);
    else showStatus();
  };
  const tell = (lines: readonly string[]) => {
    endLine();
    status.show('');
    for (const line of lines) sink.write(`${line}\n`);
    showStatus();
  };
  const showEvent = (event: RunEvent, details?: EventDetails) => {
    forget(event, turns, over);
    const line = eventLine(event, options, details);
    if (line === undefined) showStatus();
    else tell([line]);
  };

  return {
    tell,
    end() {
      endLine();
      status.show('');
    },
    show(item, details) {
      if (item.type === 'event') showEvent(item.event, details);
      else showText(item.key, item.delta);
    },
  };
}

/** A turn that ended, or begins anew, is no longer in progress. */
function forget({ type, data }: RunEvent, turns: Map<string, Turn>, over: Set<string>): void {
  if (type === 'run.retried') over.clear();
  if (type === 'step.done' || type === 'step.failed') over.add(data.key);
  if (type === 'step.done' || type === 'step.failed' || type === 'step.retrying') turns.delete(data.key);
}

/** Told from how it begins. */
function formOf(text: string): Turn['form'] {
  const start = text.trimStart();
  if (/^([{[]|```)/.test(start)) return 'json';
  return /^`{0,2}$/.test(start) ? 'unknown' : 'plain';
}

/** `planner/turn-1 … 1,240 characters`; of several turns at once each with its count. */
function statusText(turns: ReadonlyMap<string, Turn>): string {
  const counts = [...turns].flatMap(([key, { form, length }]) =>
    form === 'json' ? [`${key} … ${formatCount(length)}`] : [],
  );
  return counts.length === 0 ? '' : `  ${counts.join(' · ')} characters`;
}
