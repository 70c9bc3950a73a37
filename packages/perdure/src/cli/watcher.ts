/** Who is watching decides what is shown: a person on a terminal sees lines and streaming text, a program reads NDJSON of events. */

import type { WatchItem } from '@perdure/sdk';
import { createLiveView, type LiveView } from '../render/live-view.ts';
import type { CommonOptions } from './options.ts';
import { paintFor } from './paint.ts';
import type { Rim } from './rim.ts';

export interface WatcherOptions {
  /** ` --home <root>` where commands to copy need it; default empty. */
  readonly homeFlag?: string;
}

/** Watching as the purpose of the command: on stdout. */
export function createWatcher(rim: Rim, options: CommonOptions, { homeFlag = '' }: WatcherOptions = {}): LiveView {
  if (options.json !== true && rim.stdout.isTTY === true) {
    return createLiveView(rim.stdout, { paint: paintFor(rim.env, rim.stdout), homeFlag });
  }
  return {
    show: (item) => {
      if (item.type === 'event') rim.stdout.write(`${JSON.stringify(item.event)}\n`);
    },
    end: () => undefined,
  };
}

/** Watching beside the purpose: steps on stderr, without streaming text; nothing with `--json`, where stderr is for one error. */
export function createProgress(
  rim: Pick<Rim, 'env' | 'stderr'>,
  options: CommonOptions,
  { homeFlag = '' }: WatcherOptions = {},
): LiveView {
  if (options.json === true) return { show: () => undefined, end: () => undefined };
  const view = createLiveView(rim.stderr, { paint: paintFor(rim.env, rim.stderr), homeFlag });
  return { ...view, show: (item: WatchItem) => (item.type === 'event' ? view.show(item) : undefined) };
}
