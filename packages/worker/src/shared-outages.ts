/** The outages of models as agents ask for them: in the database, so that they hold for every worker. */

import type { GroupCommit } from '@perdure/db';
import type { OutageStore } from '@perdure/models/store';
import type { Waker } from '@perdure/runs';
import type { Outages } from './agents/index.ts';

export interface SharedOutagesDeps {
  readonly store: OutageStore;
  readonly group: GroupCommit;
  readonly waker: Waker;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function sharedOutages({ store, group, waker, now }: SharedOutagesDeps): Outages {
  return {
    claim: async (model) => {
      const outage = store.find(model);
      if (outage === undefined) return { kind: 'free' };
      const at = now();
      return outage.nextAt > at ? { kind: 'away', ...outage } : await group.run(() => store.claim(model, at));
    },
    noteAway: async (model, note) => await group.run(() => store.noteAway(model, note, now())),
    noteBack: async (model) => {
      if (store.find(model) === undefined) return;
      // Who is not woken, since this process died meanwhile, comes by its own timer.
      const waiting = await group.run(() => store.noteBack(model));
      await Promise.all(waiting.map((runId) => waker.wake(runId)));
    },
  };
}
