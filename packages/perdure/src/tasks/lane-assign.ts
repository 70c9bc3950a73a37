/** `perdure task lane assign`: a line of the work for a worker. */

import { compact, laneSchema, type Lane } from '@perdure/contract';
import { assignLane, type LanePlan } from '@perdure/tasks';
import { givenText } from '../cli/given-text.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { shellWord } from '../text/format.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parsed, parseLine, parseTaskId, parseText } from './parse.ts';
import { orThrow } from './refusal.ts';
import { laneData } from './view-lanes.ts';
import type { WriteOptions } from './write-flags.ts';

export interface AssignOptions extends WriteOptions {
  readonly owner?: Lane['owner'];
  readonly node?: string;
  readonly summary?: string;
  readonly scope?: string;
  readonly writes?: readonly string[];
  readonly coordination?: string;
  readonly minutes?: number;
}

export interface AssignWords {
  readonly id: string;
  readonly line: string;
  readonly goal?: string | undefined;
}

export async function assignOne(rim: Rim, words: AssignWords, options: AssignOptions): Promise<number> {
  const { id, line } = words;
  const request = { taskId: parseTaskId(id), line, lane: await planOf(rim, words, options) };
  using tasks = await openTasks(rim, options);
  const outcome = await assignLane(tasks, await writerOn(rim, tasks, { id, options }), request);
  const { task, lane, isNew } = orThrow(tasks, outcome);
  printData(rim, options, { ...laneData(lane, rim.now()), revision: task.revision }, () => {
    const brief = `perdure task lane brief ${id} ${shellWord(line)}${tasks.place.homeFlag}`;
    const until = lane.deadline === null ? '' : `, until ${lane.deadline}`;
    return isNew
      ? `Lane ${line} is ${lane.owner}'s at node ${lane.node}${until}. What to tell its worker: ${brief}`
      : `Lane ${line} is assigned so already.`;
  });
  return 0;
}

async function planOf(rim: Rim, { goal }: AssignWords, options: AssignOptions): Promise<Partial<LanePlan>> {
  const { owner, node, summary, scope, writes, coordination, minutes } = options;
  return compact({
    goal: goal === undefined ? undefined : parseText(await givenText(rim, goal), 'The goal', 20_000),
    owner,
    node: node === undefined ? undefined : parseLine(node, '--node', 100),
    summary: summary === undefined ? undefined : parseText(summary, '--summary', 5_000),
    scope: scope === undefined ? undefined : parseText(scope, '--scope', 5_000),
    write_targets: writes && parsed(laneSchema.shape.write_targets, writes, '--writes'),
    coordination: coordination === undefined ? undefined : parseText(coordination, '--coordination', 1_000),
    minutes,
  });
}
