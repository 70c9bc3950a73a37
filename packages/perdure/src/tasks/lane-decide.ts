/** `perdure task lane decide` and `expire`: what becomes of a lane. */

import { compact, type Lane, type LaneDecision, type LaneStatus } from '@perdure/contract';
import { decideLane, expireLanes } from '@perdure/tasks';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parseLine, parseTaskId, parseText } from './parse.ts';
import { orThrow } from './refusal.ts';
import { laneData } from './view-lanes.ts';
import type { WriteOptions } from './write-flags.ts';

export interface DecideOptions extends WriteOptions {
  readonly note?: string;
  readonly nextRole?: Lane['next_role'];
  readonly status?: LaneStatus;
  readonly node?: string;
  readonly minutes?: number;
  readonly proof?: string;
}

export interface DecideWords {
  readonly id: string;
  readonly line: string;
  readonly decision: LaneDecision;
}

export async function decideOne(rim: Rim, words: DecideWords, options: DecideOptions): Promise<number> {
  const { id, line, decision: what } = words;
  const { note, nextRole, status, node, minutes, proof } = options;
  const decision = {
    type: 'decide_lane',
    line,
    decision: what,
    ...compact({
      note: note === undefined ? undefined : parseText(note, '--note', 2_000),
      nextRole,
      status,
      node: node === undefined ? undefined : parseLine(node, '--node', 100),
      minutes,
      proof: proof === undefined ? undefined : parseText(proof, '--proof', 2_000),
    }),
  } as const;
  using tasks = await openTasks(rim, options);
  const request = { taskId: parseTaskId(id), decision };
  const { task, lane } = orThrow(tasks, await decideLane(tasks, await writerOn(rim, tasks, { id, options }), request));
  printData(rim, options, { ...laneData(lane, rim.now()), revision: task.revision }, () => {
    const until = lane.status === 'assigned' && lane.deadline !== null ? ` until ${lane.deadline}` : '';
    return `Lane ${line}: ${what}; it is ${lane.status}${until}, next role ${lane.next_role}.`;
  });
  return 0;
}

export async function expire(rim: Rim, id: string, options: WriteOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const request = { taskId: parseTaskId(id) };
  const { task, lines } = orThrow(
    tasks,
    await expireLanes(tasks, await writerOn(rim, tasks, { id, options }), request),
  );
  printData(rim, options, { task_id: id, expired: lines, revision: task.revision }, () =>
    lines.length === 0 ? 'No deadline has passed.' : lines.map((line) => `Expired: ${line}; decide on it.`).join('\n'),
  );
  return 0;
}
