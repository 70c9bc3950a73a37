/**
 * What is shown of a run while it goes on: lines and streaming text for a person, with `--json` NDJSON of events for a
 * program. Whether there is a terminal decides only what is rewritten in place.
 */

import type { Client, LinkState, WatchItem } from '@perdure/sdk';
import type { CommonOptions } from '../cli/options.ts';
import { printLine } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { paintFor } from '../text/paint.ts';
import type { Sink } from '../text/sink.ts';
import { columnsOf } from '../text/width.ts';
import { placedLines } from '../waits/view.ts';
import { stuckText } from './view-below.ts';
import { createLiveView } from './view-live.ts';
import { watchBelow } from './watch-below.ts';
import { detailsOf } from './watch-details.ts';

export interface Watcher {
  readonly show: (item: WatchItem) => void | Promise<void>;
  readonly link: (state: LinkState) => void;
  /** Whether why the run stopped has been shown. */
  readonly hasTold: () => boolean;
  /** Ends a line that is still open, and the looking. */
  readonly end: () => void;
}

export interface WatchDeps {
  readonly client: Client;
  readonly runId: string;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
}

/** Watching as the purpose of the command: on stdout, text that models write with it. */
export function createWatcher(rim: Rim, options: CommonOptions, watched: WatchDeps): Watcher {
  return options.json === true ? eventsOn(rim) : viewOn(rim.stdout, rim, watched);
}

/** Each event as a line of NDJSON. */
export function eventsOn(rim: Pick<Rim, 'stdout'>): Watcher {
  return {
    ...silent,
    show: (item) => {
      if (item.type === 'event') printLine(rim, item.event);
    },
  };
}

const silent: Watcher = { show: () => undefined, link: () => undefined, hasTold: () => false, end: () => undefined };

export interface ProgressOptions extends CommonOptions {
  /** Whether what models write is shown while they write it. */
  readonly watch?: boolean;
}

/**
 * Watching beside the purpose: steps on stderr, where nothing but one error belongs with `--json`. The result is what
 * stdout is for.
 */
export function createProgress(rim: ProgressRim, options: ProgressOptions, watched: WatchDeps): Watcher {
  if (options.json === true) return silent;
  const view = viewOn(rim.stderr, rim, watched);
  if (options.watch === true) return view;
  return { ...view, show: (item) => (item.type === 'event' ? view.show(item) : undefined) };
}

/** A process will do; its clock is then the machine's. */
type ProgressRim = Pick<Rim, 'env' | 'stderr'> & Partial<Pick<Rim, 'now'>>;

/** How often the line that tells what goes on is brought up to date. */
const tickMs = 1_000;

function viewOn(
  sink: Sink,
  { env, now = Date.now }: Pick<ProgressRim, 'env' | 'now'>,
  { client, runId, homeFlag }: WatchDeps,
): Watcher {
  const canRewrite = sink.isTTY === true && env['TERM'] !== 'dumb';
  const options = { paint: paintFor(env, sink), homeFlag, now, canRewrite, columns: columnsOf(env, sink) };
  const view = createLiveView(sink, options);
  const below = watchBelow(client, runId, ({ waits, stuck }) => {
    for (const wait of waits) view.tell(placedLines(wait, options));
    for (const run of stuck) {
      view.tell([`${options.paint('yellow', '!')} ${stuckText(run)}`, `  perdure runs show ${run.id}${homeFlag}`]);
    }
  });
  const ticking = canRewrite ? setInterval(view.tick, tickMs).unref() : undefined;
  return {
    link: view.link,
    hasTold: view.hasTold,
    end() {
      clearInterval(ticking);
      below.end();
      view.end();
    },
    async show(item) {
      if (item.type === 'event') below.see(item.event);
      view.show(item, await detailsOf(client, runId, item));
    },
  };
}
