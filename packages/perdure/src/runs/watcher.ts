/**
 * Who is watching decides what is shown: a person on a terminal sees lines and streaming text, a program reads NDJSON
 * of events.
 */

import type { Client, WatchItem } from '@perdure/sdk';
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
  /** Ends a line that is still open, and the looking. */
  readonly end: () => void;
}

export interface WatchDeps {
  readonly client: Client;
  readonly runId: string;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
}

/** Watching as the purpose of the command: on stdout. */
export function createWatcher(rim: Rim, options: CommonOptions, watched: WatchDeps): Watcher {
  if (options.json !== true && rim.stdout.isTTY === true) return viewOn(rim.stdout, rim.env, watched);
  return {
    show: (item) => {
      if (item.type === 'event') printLine(rim, item.event);
    },
    end: () => undefined,
  };
}

/**
 * Watching beside the purpose: steps on stderr, without streaming text; nothing with `--json`, where stderr is for one
 * error.
 */
export function createProgress(rim: Pick<Rim, 'env' | 'stderr'>, options: CommonOptions, watched: WatchDeps): Watcher {
  if (options.json === true) return { show: () => undefined, end: () => undefined };
  const view = viewOn(rim.stderr, rim.env, watched);
  return { ...view, show: (item) => (item.type === 'event' ? view.show(item) : undefined) };
}

function viewOn(sink: Sink, env: Rim['env'], { client, runId, homeFlag }: WatchDeps): Watcher {
  const canRewrite = sink.isTTY === true && env['TERM'] !== 'dumb';
  const options = { paint: paintFor(env, sink), homeFlag, canRewrite, columns: columnsOf(env, sink) };
  const view = createLiveView(sink, options);
  const below = watchBelow(client, runId, ({ waits, stuck }) => {
    for (const wait of waits) view.tell(placedLines(wait, options));
    for (const run of stuck) {
      view.tell([`${options.paint('yellow', '!')} ${stuckText(run)}`, `  perdure runs show ${run.id}${homeFlag}`]);
    }
  });
  return {
    end() {
      below.end();
      view.end();
    },
    async show(item) {
      if (item.type === 'event') below.see(item.event);
      view.show(item, await detailsOf(client, runId, item));
    },
  };
}
