/** Lanes as programs and people read them. Pure. */

import type { Lane, LaneClass, Task } from '@perdure/contract';
import { quarantineText, standingOf, type LaneCheck, type LaneStanding } from '@perdure/tasks';
import { oneLine, printable } from '../text/format.ts';
import { formatList } from '../text/table.ts';

/** The record of the original, with what is ours behind it. */
export interface LaneData extends Pick<
  Lane,
  | 'line'
  | 'status'
  | 'goal_status'
  | 'next_role'
  | 'node'
  | 'owner'
  | 'controller_decision'
  | 'last_return_tag'
  | 'last_return_at'
  | 'goal'
  | 'deadline'
  | 'write_targets'
> {
  readonly class: LaneClass;
  readonly reasons: readonly string[];
  readonly run: { readonly pipeline: string; readonly run_id: string | null } | null;
  /** The member of the hub that does it. */
  readonly agent: string | null;
}

export function laneData(lane: Lane, now: number): LaneData {
  const { class: name, reasons } = standingOf(lane, now);
  return {
    line: lane.line,
    status: lane.status,
    goal_status: lane.goal_status,
    next_role: lane.next_role,
    node: lane.node,
    owner: lane.owner,
    controller_decision: lane.controller_decision,
    last_return_tag: lane.last_return_tag,
    last_return_at: lane.last_return_at,
    goal: lane.goal,
    deadline: lane.deadline,
    write_targets: lane.write_targets,
    class: name,
    reasons,
    run: lane.run === undefined ? null : { pipeline: lane.run.pipeline, run_id: lane.run.run_id },
    agent: lane.agent?.handle ?? null,
  };
}

export function laneTable(rows: readonly LaneData[], columns: number | undefined): string {
  const headings = ['LINE', 'CLASS', 'STATUS', 'NODE', 'NEXT', 'DECISION', 'UNTIL', 'GOAL'];
  const cells = rows.map(
    ({ line, class: name, status, node, next_role: next, controller_decision, deadline, goal }) => [
      line,
      name,
      status,
      oneLine(node, 30),
      next,
      controller_decision,
      status === 'assigned' ? (deadline ?? '') : '',
      oneLine(goal, 60),
    ],
  );
  return formatList(headings, cells, { empty: 'No lanes.', columns, spare: [3, 7] });
}

/** What has to be decided first. */
export function checkText({ task_id: id, quarantine }: Pick<Task, 'task_id' | 'quarantine'>, check: LaneCheck): string {
  const { dropped, attention, active, resolved } = check;
  const lines = [...dropped, ...attention, ...active, ...resolved].map((one) => `${one.class}: ${waitingLine(one)}`);
  const kept = quarantine.map(quarantineLine);
  const waits = dropped.length + attention.length;
  const advice =
    waits === 0
      ? []
      : [`Decide on each of the ${waits} before your turn ends: perdure task lane decide ${id} <line> <decision>`];
  const all = [...lines, ...kept, ...advice];
  return all.length === 0 ? 'No lanes.' : all.map(printable).join('\n');
}

export function waitingLine({ lane, reasons }: LaneStanding): string {
  const { line, status, node, next_role: next, goal_status: goal } = lane;
  const why = reasons.length === 0 ? '' : ` (${oneLine(reasons.join('; '), 300)})`;
  return `${line} is ${status} at ${oneLine(node, 100)}, goal ${goal}, next role ${next}${why}`;
}

export function quarantineLine({ id, line, node, tag, why, by, at }: Task['quarantine'][number]): string {
  return `quarantine: ${id}: ${tag} for ${oneLine(line, 64)} at ${oneLine(node, 100)}, by ${oneLine(by, 60)} at ${at}: ${quarantineText[why]}`;
}

export function laneText(standing: LaneStanding, body: string): string {
  const { lane } = standing;
  const facts: readonly (readonly [string, string])[] = [
    ['Goal', lane.goal],
    ['Scope', lane.scope],
    ['Summary', lane.summary],
    ['Writes', lane.write_targets.map((path) => (path === '' ? 'the whole project' : path)).join(', ')],
    ['Coordination', lane.coordination],
    ['Deadline', lane.deadline ?? ''],
    ['Decision', `${lane.controller_decision}${lane.controller_note === '' ? '' : `: ${lane.controller_note}`}`],
    ['Claims', lane.deliveries.map(({ text, proof }) => `${text} (${proof ?? 'without proof'})`).join('; ')],
    ['Known from', lane.delivery_proof],
    ['Run', lane.run === undefined ? '' : `${lane.run.pipeline} ${lane.run.run_id ?? 'not started yet'}`],
    ['Agent', lane.agent?.handle ?? ''],
  ];
  const told = facts.filter(([, text]) => text !== '').map(([name, text]) => `${name}: ${oneLine(text, 2_000)}`);
  const last = body === '' ? [] : ['', `It last returned, at ${lane.last_return_at}:`, ...setIn(body)];
  return [waitingLine(standing), ...told, ...last].join('\n');
}

export function keptText(kept: Task['quarantine'][number], body: string): string {
  const { goal_status: goal, next_role: next, deliveries } = kept;
  const claims = deliveries.map(({ text, proof }) => `Claims: ${oneLine(text, 500)} (${proof ?? 'without proof'})`);
  return [quarantineLine(kept), `Goal ${goal}, next role ${next}`, ...claims, '', ...setIn(body)].join('\n');
}

/** No line of a worker passes for one of ours. */
function setIn(text: string): readonly string[] {
  return text.split('\n').map((line) => `  ${line}`);
}
