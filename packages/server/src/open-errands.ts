/** Joins what is done elsewhere: lanes of tasks that are runs, and what runs and lanes give to members of the hub. */

import type { Database, GroupCommit } from '@perdure/db';
import type { HubDeps } from '@perdure/hub/desk';
import type { RunDeskDeps } from '@perdure/runs/desk';
import { createDelegations } from '@perdure/runs/store';
import { createMirror, type LaneStore } from '@perdure/tasks/lane-runs';
import { errandsOfLanes, type LaneErrandDeps } from './delegation/of-lanes.ts';
import { errandsOfRuns } from './delegation/of-runs.ts';
import { watchErrands } from './delegation/watch.ts';
import { watchLaneRuns } from './lane-runs.ts';
import type { Meeting } from './open-hub.ts';

export interface WorkElsewhereDeps {
  readonly database: Database;
  readonly group: GroupCommit;
  readonly runs: RunDeskDeps & { readonly hub: HubDeps };
  readonly meeting: Pick<Meeting, 'owner' | 'listen'>;
  /** `folder`: that of the readable copies. */
  readonly tasks: { readonly store: LaneStore & LaneErrandDeps['store']; readonly folder: string };
  readonly log: (message: string) => void;
}

export function watchWorkElsewhere({ database, group, runs, meeting, tasks, log }: WorkElsewhereDeps) {
  const delegations = createDelegations(database, group);
  const { clock: now, newId } = runs;
  const ofLanes = { store: tasks.store, mirror: createMirror({ folder: tasks.folder }), now, newId, warn: log };
  const errands = async () => [...(await errandsOfRuns({ runs, delegations })), ...(await errandsOfLanes(ofLanes))];
  const watch = watchErrands({ hub: runs.hub, owner: meeting.owner, errands, log });
  meeting.listen((event) => watch.hear(event));
  const lanes = watchLaneRuns(runs, tasks);
  return {
    async stop(): Promise<void> {
      lanes.stop();
      await watch.stop();
    },
  };
}
