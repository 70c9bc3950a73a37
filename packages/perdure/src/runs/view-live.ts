/**
 * The live view of a run on a terminal: a line per event, and what models write while they write it. Plain text
 * streams; an answer in JSON, which nobody reads as it scrolls by, is counted in a line that is rewritten in place. It
 * tells what goes on too, and for how long. Everything else stays in the scroll-back.
 */

import type { RunEvent } from '@perdure/contract';
import type { LinkState, WatchItem } from '@perdure/sdk';
import { formatCount, formatDuration, printable } from '../text/format.ts';
import type { Sink } from '../text/sink.ts';
import { createStatusLine } from '../text/status-line.ts';
import { createLiveState } from './live-state.ts';
import { createSaidOnce } from './said-once.ts';
import { eventLine, type EventDetails, type EventLineOptions } from './view-event.ts';

export interface LiveView {
  /** `details`: what the record tells beyond the event. */
  readonly show: (item: WatchItem, details?: EventDetails) => void;
  /** Lines of something else, between those of events. */
  readonly tell: (lines: readonly string[]) => void;
  /** Brings the line that tells what goes on up to date. */
  readonly tick: () => void;
  /** Whether why the run stopped has been shown. */
  readonly hasTold: () => boolean;
  /** The server no longer answers, or does again. */
  readonly link: (state: LinkState) => void;
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
  const live = createLiveState();
  const sayingOf = createSaidOnce();
  const link = createLink(options, (line) => tell([line]));
  let isTold = false;
  /** Text may arrive behind the event that ends its turn. */
  const over = new Set<string>();
  /** Key of the turn whose text the cursor stands in. */
  let streaming: string | undefined;

  const endLine = () => {
    if (streaming !== undefined) sink.write('\n');
    streaming = undefined;
  };
  const showStatus = () => {
    if (streaming !== undefined) return;
    const now = options.now();
    const parts = link.isLost() ? [link.text(now)] : [live.text(now, new Set(turns.keys())), countsText(turns)];
    const text = parts.filter((part) => part !== '').join(' · ');
    status.show(text === '' ? '' : `  ${text}`);
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
    live.see(event);
    isTold = event.type === 'run.failed' || event.type === 'run.needs_attention';
    const line = eventLine(event, options, { ...details, saying: sayingOf(event) });
    if (line === undefined) showStatus();
    else tell([line]);
  };

  return {
    tell,
    tick: showStatus,
    hasTold: () => isTold,
    link: link.see,
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

interface Link {
  readonly see: (state: LinkState) => void;
  readonly isLost: () => boolean;
  readonly text: (now: number) => string;
}

/** Whether the server answers; each change is told once. */
function createLink({ paint, now }: EventLineOptions, tell: (line: string) => void): Link {
  let lostAt: number | undefined;
  return {
    see(state) {
      const wasLost = lostAt !== undefined;
      lostAt = state === 'lost' ? (lostAt ?? now()) : undefined;
      if (state === 'lost' && !wasLost) tell(`${paint('yellow', '…')} the server does not answer; waiting for it`);
      if (state === 'back' && wasLost) tell(`${paint('cyan', '↺')} the server answers again`);
    },
    isLost: () => lostAt !== undefined,
    text: (at) => `no answer for ${formatDuration(at - (lostAt ?? at))}`,
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
function countsText(turns: ReadonlyMap<string, Turn>): string {
  const counts = [...turns].flatMap(([key, { form, length }]) =>
    form === 'json' ? [`${key} … ${formatCount(length)}`] : [],
  );
  return counts.length === 0 ? '' : `${counts.join(' · ')} characters`;
}
