/** `perdure task lane brief`, `check`, `list` and `show`: looking at lanes, and nothing else. */

import { lookAtLanes, showKeptReturn, showLane, type LaneCheck, type LaneStanding } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData, printLines } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { columnsOf } from '../text/width.ts';
import { openTasks } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { inPlace, orThrow } from './refusal.ts';
import { checkText, keptText, laneData, laneTable, laneText } from './view-lanes.ts';

export interface LaneWords {
  readonly id: string;
  readonly line: string;
}

export async function briefOf(rim: Rim, { id, line }: LaneWords, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const shown = orThrow(tasks, await showLane(tasks, { taskId: parseTaskId(id), line }));
  const brief = inPlace(tasks.place, shown.brief);
  const { owner, node, deadline } = shown.standing.lane;
  printData(rim, options, { task_id: id, line, owner, node, deadline, brief }, () => printable(brief));
  return 0;
}

export interface CheckOptions extends CommonOptions {
  readonly strict?: boolean;
}

export async function check(rim: Rim, id: string, options: CheckOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const { task, check: found } = orThrow(tasks, await lookAtLanes(tasks, { taskId: parseTaskId(id) }));
  const data = { ok: found.ok, ...classes(found, rim.now()), quarantine: task.quarantine, revision: task.revision };
  printData(rim, options, data, () => checkText(task, found));
  const waits = found.dropped.length + found.attention.length;
  return options.strict === true && waits > 0 ? 9 : 0;
}

function classes({ dropped, attention, active, resolved }: LaneCheck, now: number) {
  const records = (standings: readonly LaneStanding[]) => standings.map(({ lane }) => laneData(lane, now));
  return {
    dropped: records(dropped),
    attention: records(attention),
    active: records(active),
    resolved: records(resolved),
  };
}

export async function listLanes(rim: Rim, id: string, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const { task } = orThrow(tasks, await lookAtLanes(tasks, { taskId: parseTaskId(id) }));
  const rows = task.lanes.map((lane) => laneData(lane, rim.now()));
  if (options.json === true) printLines(rim, rows);
  else rim.stdout.write(`${laneTable(rows, columnsOf(rim.env, rim.stdout))}\n`);
  return 0;
}

export async function showOne(rim: Rim, { id, line }: LaneWords, options: CommonOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const found = await showKeptReturn(tasks, { taskId: parseTaskId(id), id: line });
  if (found.kind === 'kept') {
    const data = { ...found.kept, body: found.body, revision: found.task.revision };
    printData(rim, options, data, () => printable(keptText(found.kept, found.body)));
    return 0;
  }
  const { standing, body, task } = orThrow(tasks, await showLane(tasks, { taskId: parseTaskId(id), line }));
  const { lane } = standing;
  const data = { ...lane, ...laneData(lane, rim.now()), last_body: body, revision: task.revision };
  printData(rim, options, data, () => printable(laneText(standing, body)));
  return 0;
}
