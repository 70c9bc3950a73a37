/** Who is watching decides what is shown: a person on a terminal sees lines and streaming text, a program reads NDJSON of events. */

import type { Client, WatchItem } from '@perdure/sdk';
import { createLiveView } from '../render/live-view.ts';
import type { CommonOptions } from './options.ts';
import { paintFor } from './paint.ts';
import type { Rim, Sink } from './rim.ts';
import { detailsOf } from './watch-details.ts';

export interface Watcher {
  readonly show: (item: WatchItem) => void | Promise<void>;
  /** Ends a line that is still open. */
  readonly end: () => void;
}

export interface Watched {
  readonly client: Client;
  readonly runId: string;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
}

/** Watching as the purpose of the command: on stdout. */
export function createWatcher(rim: Rim, options: CommonOptions, watched: Watched): Watcher {
  if (options.json !== true && rim.stdout.isTTY === true) return viewOn(rim.stdout, rim.env, watched);
  return {
    show: (item) => {
      if (item.type === 'event') rim.stdout.write(`${JSON.stringify(item.event)}\n`);
    },
    end: () => undefined,
  };
}

/** Watching beside the purpose: steps on stderr, without streaming text; nothing with `--json`, where stderr is for one error. */
export function createProgress(rim: Pick<Rim, 'env' | 'stderr'>, options: CommonOptions, watched: Watched): Watcher {
  if (options.json === true) return { show: () => undefined, end: () => undefined };
  const view = viewOn(rim.stderr, rim.env, watched);
  return { ...view, show: (item) => (item.type === 'event' ? view.show(item) : undefined) };
}

function viewOn(sink: Sink, env: Rim['env'], { client, runId, homeFlag }: Watched): Watcher {
  const canRewrite = sink.isTTY === true && env['TERM'] !== 'dumb';
  const view = createLiveView(sink, { paint: paintFor(env, sink), homeFlag, canRewrite });
  return { end: view.end, show: async (item) => view.show(item, await detailsOf(client, runId, item)) };
}
