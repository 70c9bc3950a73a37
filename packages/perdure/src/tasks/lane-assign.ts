/** `perdure task lane assign`: a line of the work for a worker. */

import { compact, handlePattern, handleRule, laneSchema, PerdureError, type Lane } from '@perdure/contract';
import { assignLane, type AssignLaneRequest, type LanePlan } from '@perdure/tasks';
import { givenText } from '../cli/given-text.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { shellWord } from '../text/format.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { givenJson, parsed, parseLine, parseTaskId, parseText } from './parse.ts';
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
  /** It is done by a run of this pipeline. */
  readonly pipeline?: string;
  /** JSON. */
  readonly input?: string;
  /** It is done by this member of the hub. */
  readonly agent?: string;
}

export interface AssignWords {
  readonly id: string;
  readonly line: string;
  readonly goal?: string | undefined;
}

export async function assignOne(rim: Rim, words: AssignWords, options: AssignOptions): Promise<number> {
  const { id, line } = words;
  const run = await runOf(rim, options);
  const request = {
    taskId: parseTaskId(id),
    line,
    lane: await planOf(rim, words, options),
    run,
    agent: agentOf(options),
  };
  using tasks = await openTasks(rim, options);
  const outcome = await assignLane(tasks, await writerOn(rim, tasks, { id, options }), request);
  const { task: assigned, lane: before, isNew } = orThrow(tasks, outcome);
  const task =
    run === undefined ? assigned : await (await import('./lane-runs.ts')).startLaneRuns(rim, tasks, { id, options });
  const lane = task.lanes.find((one) => one.line === line) ?? before;
  printData(rim, options, { ...laneData(lane, rim.now()), revision: task.revision }, () =>
    isNew ? assignedText(lane, { id, homeFlag: tasks.place.homeFlag }) : `Lane ${line} is assigned so already.`,
  );
  return lane.status === 'assigned' ? 0 : 1;
}

function assignedText(lane: Lane, { id, homeFlag }: { readonly id: string; readonly homeFlag: string }): string {
  const { line, owner, node, deadline, status, run, agent } = lane;
  const until = deadline === null ? '' : `, until ${deadline}`;
  if (status !== 'assigned') {
    return `Lane ${line} is ${status}: its run was refused; see perdure task lane show ${id} ${shellWord(line)}${homeFlag}`;
  }
  if (agent !== undefined) {
    return `Lane ${line} is for ${agent.handle}${until}: perdure up tells it in the hub, and what it answers is taken as its return.`;
  }
  if (run === undefined) {
    const brief = `perdure task lane brief ${id} ${shellWord(line)}${homeFlag}`;
    return `Lane ${line} is ${owner}'s at node ${node}${until}. What to tell its worker: ${brief}`;
  }
  return `Lane ${line} is a run of ${run.pipeline}${run.run_id === null ? '' : `, ${run.run_id}`}${until}; its end is taken as its return.`;
}

async function runOf(rim: Rim, { pipeline, input }: AssignOptions): Promise<AssignLaneRequest['run']> {
  if (pipeline === undefined && input !== undefined) {
    throw new PerdureError('usage', '--input is that of a run; name its --pipeline too.');
  }
  if (pipeline === undefined) return undefined;
  const value = input === undefined ? {} : await givenJson(rim, input, '--input');
  if (JSON.stringify(value).length > mostInput) {
    throw new PerdureError(
      'too_large',
      `--input has over ${mostInput} characters; put it into a file that the pipeline reads.`,
    );
  }
  return { pipeline: parseLine(pipeline, '--pipeline', 200), input: value };
}

function agentOf({ agent, pipeline }: AssignOptions): string | undefined {
  if (agent === undefined) return undefined;
  if (pipeline !== undefined) {
    throw new PerdureError('usage', 'A lane is done by a run or by a member; give --pipeline or --agent, not both.');
  }
  if (handlePattern.test(agent)) return agent;
  throw new PerdureError('usage', `--agent: ${handleRule}; perdure principals lists who is there.`);
}

/** It is kept with the task, which is written whole at each step. */
const mostInput = 50_000;

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
