/**
 * Lanes that are runs of pipelines: started where they were wanted, and taken as returned where they have ended. What
 * is to happen is in the log before it happens, and every step may be taken twice: a start has the key of the lane's
 * round, and the return that is made of a run's end is the same however often it is made. So it matters neither who
 * comes first, the command that assigned the lane or a server, nor where either of them dies.
 */

import type { Lane, Task } from '@perdure/contract';
import { noSuchTask } from '../core/answers.ts';
import type { LaneReturn } from '../core/commands.ts';
import { laneOf } from '../core/decide-lane.ts';
import { isKnownReturn } from '../core/decide-return.ts';
import { returnItems, returnOf } from '../core/lane-return.ts';
import type { Refusal, TaskStore } from '../core/ports.ts';
import type { IdDeps, WriteDeps, Writer } from './deps.ts';
import { ingestReturn } from './lane-return.ts';
import { writeTask } from './write.ts';

/** What starts runs and knows how they ended: a server, or whoever speaks to one. */
export interface LaneRuns {
  start(wanted: Pick<LaneRunOf, 'pipeline' | 'input' | 'key'>): Promise<RunStart>;
  look(runId: string): Promise<RunLook>;
}

type LaneRunOf = NonNullable<Lane['run']>;

export type RunStart =
  | { readonly kind: 'started'; readonly runId: string }
  /** It never will: there is no such pipeline, or the input does not fit. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Not now: nobody is there who could. */
  | { readonly kind: 'away'; readonly why: string };

export type RunLook =
  | { readonly kind: 'goes_on' }
  | {
      readonly kind: 'ended';
      readonly status: 'completed' | 'failed' | 'cancelled';
      /** Its output, or what went wrong. */
      readonly text: string;
    }
  /** It was removed. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'away'; readonly why: string };

export type TendOutcome =
  | {
      readonly kind: 'tended';
      readonly task: Task;
      /** Lines whose run was started, and lines whose run has ended, with this call. */
      readonly started: readonly string[];
      readonly returned: readonly string[];
      /** Why something could not be done now; it stays to be done. */
      readonly waits: readonly { readonly line: string; readonly why: string }[];
    }
  | Refusal;

/** What somebody needs who looks at all tasks. */
export type LaneStore = TendDeps['store'] & Pick<TaskStore, 'idsWithRuns'>;

export interface TendDeps extends WriteDeps, IdDeps {
  readonly runs: LaneRuns;
}

export async function tendLaneRuns(
  deps: TendDeps,
  writer: Writer,
  { taskId }: { readonly taskId: string },
): Promise<TendOutcome> {
  const found = await deps.store.get(taskId);
  if (found === undefined) return noSuchTask(taskId);
  const [started, returned, waits]: [string[], string[], { line: string; why: string }[]] = [[], [], []];
  let task = found;
  for (const { line, run } of found.lanes) {
    if (run === undefined) continue;
    const step = await nextStep(deps, task, { line, run });
    if (step.kind === 'away') waits.push({ line, why: step.why });
    if (step.kind === 'away' || step.kind === 'nothing') continue;
    const outcome =
      step.kind === 'started'
        ? await writeTask(deps, writer, { taskId, command: { type: 'note_lane_run', line, runId: step.runId } })
        : await ingestReturn(deps, writer, { taskId, text: step.given });
    if (outcome.kind === 'refused') return outcome;
    task = outcome.task;
    (step.kind === 'started' ? started : returned).push(line);
  }
  return { kind: 'tended', task, started, returned, waits };
}

type Step =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'away'; readonly why: string }
  | { readonly kind: 'started'; readonly runId: string }
  | { readonly kind: 'returned'; readonly given: LaneReturn };

async function nextStep(
  { runs }: TendDeps,
  task: Task,
  { line, run }: { readonly line: string; readonly run: LaneRunOf },
): Promise<Step> {
  const lane = laneOf(task, line);
  // What was decided meanwhile needs no run any more; one that goes on is heard of, and kept apart.
  if (lane === undefined || (lane.status !== 'assigned' && lane.status !== 'expired')) return { kind: 'nothing' };
  if (run.run_id === null) {
    if (lane.status !== 'assigned' || task.desired_state !== 'running') return { kind: 'nothing' };
    const start = await runs.start(run);
    return start.kind === 'refused' ? ended(task, lane, { status: 'refused', text: start.why }) : start;
  }
  const look = await runs.look(run.run_id);
  switch (look.kind) {
    case 'goes_on':
      return { kind: 'nothing' };
    case 'away':
      return look;
    case 'gone':
      return ended(task, lane, { status: 'removed', text: 'Its record was removed.' });
    default:
      return ended(task, lane, look);
  }
}

/** Unless it is known already. */
function ended(task: Task, lane: Lane, end: RunEnd): Step {
  const given = returnOfRun(task, lane, end);
  return isKnownReturn(task, lane, given.digest) ? { kind: 'nothing' } : { kind: 'returned', given };
}

interface RunEnd {
  readonly status: string;
  readonly text: string;
}

const longestText = 10_000;

/** What a worker would say of it. That what came out is good is for the controller to say. */
function returnOfRun({ task_id }: Task, { line, node, goal, run }: Lane, { status, text }: RunEnd): LaneReturn {
  const isDone = status === 'completed';
  // Of one that never was the round is named: the same refusal of the next is another return.
  const name = run?.run_id == null ? `Run of ${run?.pipeline} (${run?.key})` : `Run ${run.run_id} of ${run.pipeline}`;
  const cut = text.length > longestText ? `${text.slice(0, longestText).toWellFormed()}…` : text;
  const [goalItem, completed, changed, current, next, risk] = returnItems;
  const items = [
    [goalItem, goal.slice(0, 2_000).toWellFormed()],
    [completed, isDone ? `${name} has ended.` : 'Nothing that could be used.'],
    [changed, isDone ? cut : 'None that is known.'],
    [current, isDone ? 'Done.' : `${name}: ${status}. ${cut}`],
    [next, isDone ? 'Look at what it made.' : 'Mend the cause, then dispatch the lane again.'],
    [risk, 'Nobody has looked at it yet.'],
  ];
  return returnOf({
    task_id,
    line,
    node,
    tag: isDone ? 'done' : 'blocked',
    goal_status: isDone ? 'complete' : 'blocked',
    next_role: 'main',
    body: items.map(([item, words]) => `${item}\n${words}`).join('\n'),
  });
}
