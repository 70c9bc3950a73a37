/** `perdure_lane`: lines of a task that are given to workers, for whoever leads it and for the worker. */

import { compact, laneDecisions, laneOwners, nextRoles } from '@perdure/contract';
import { z } from 'zod';
import { refuse } from '../core/answers.ts';
import { quarantineText } from '../core/decide-return.ts';
import { checkLanes, standingOf, type LaneStanding } from '../core/lanes.ts';
import type { Refusal } from '../core/ports.ts';
import { assignLane } from '../desk/lane-assign.ts';
import { decideLane } from '../desk/lane-decide.ts';
import { lookAtLanes, showLane } from '../desk/lane-look.ts';
import { ingestReturn } from '../desk/lane-return.ts';
import { writerOf, type ToolHost } from './host.ts';
import { refused, told, type ToolResult } from './result.ts';
import { defineTool, namedFields, records } from './tool.ts';

const input = z.strictObject({
  ...namedFields,
  step: z.enum(['assign', 'brief', 'return', 'decide', 'check']),
  line: z.string().max(64).optional().describe('Its name; not for return and check'),
  goal: z.string().max(20_000).optional().describe('assign: what is to be reached'),
  owner: z.enum(laneOwners).optional(),
  scope: z.string().max(5_000).optional(),
  write_targets: z.array(z.string().max(500)).max(50).optional().describe('assign: paths and globs it may write'),
  coordination: z.string().max(1_000).optional().describe('assign: how lanes that write to one place keep apart'),
  node: z.string().max(100).optional().describe('The round; decide: that of a dispatch'),
  minutes: z.int().min(1).max(525_600).optional().describe('How long the round may take'),
  text: z.string().max(40_000).optional().describe('return: all that the worker returned, headers first'),
  decision: z.enum(laneDecisions).optional(),
  next_role: z.enum(nextRoles).optional(),
  note: z.string().max(2_000).optional(),
  proof: z.string().max(2_000).optional().describe('decide complete: where an unproved delivery can be seen'),
});

type Given = z.output<typeof input>;

export const laneTool = defineTool({
  name: 'perdure_lane',
  title: 'Work with worker lanes',
  tier: 'all',
  description:
    'Lines of the work given to workers. assign, then brief: what to tell its worker. return: what the worker handed back; no lease needed. decide on each return. check before your turn ends: none may be dropped or wait.',
  annotations: records,
  input,
  async call(given, host) {
    const line = given.line ?? '';
    if (given.step !== 'return' && given.step !== 'check' && line === '') return missing('line');
    switch (given.step) {
      case 'assign':
        return await assign(given, host);
      case 'brief':
        return await brief({ taskId: given.task_id, line }, host);
      case 'return':
        return given.text === undefined ? missing('text') : await take(given, given.text, host);
      case 'decide':
        return await decide(given, host);
      default:
        return await check(given.task_id, host);
    }
  },
});

function missing(name: string): ToolResult {
  return refused(refuse('invalid_input', `${name} is missing for this step; give it and call again.`));
}

async function assign(given: Given, host: ToolHost): Promise<ToolResult> {
  const { goal, owner, scope, write_targets, coordination, node, minutes } = given;
  const lane = compact({ goal, owner, scope, write_targets, coordination, node, minutes });
  const request = { taskId: given.task_id, line: given.line ?? '', lane };
  const outcome = await assignLane(host, writerOf(given), request);
  if (outcome.kind === 'refused') return refused(outcome);
  const { deadline, node: round } = outcome.lane;
  const text = `Lane ${request.line} is assigned at node ${round}, until ${deadline ?? 'it returns'}. Its brief: step brief.`;
  return told(outcome.task, text, { line: request.line, deadline });
}

async function brief(request: { readonly taskId: string; readonly line: string }, host: ToolHost): Promise<ToolResult> {
  const outcome = await showLane(host, { ...request, handIn: 'as your answer' });
  return outcome.kind === 'refused' ? lost(outcome, request.taskId) : told(outcome.task, outcome.brief);
}

async function take(given: Given, text: string, host: ToolHost): Promise<ToolResult> {
  const outcome = await ingestReturn(host, writerOf(given), { taskId: given.task_id, text });
  if (outcome.kind === 'refused') return refused(outcome);
  if (outcome.kind === 'ingested')
    return told(outcome.task, `Taken. ${lineOf(outcome.standing)}`, dataOf(outcome.standing));
  const { id, why } = outcome.kept;
  const kept = `Kept apart as ${id}, and not applied: ${quarantineText[why]}.`;
  return { ...told(outcome.task, kept, { quarantined: id, why }), isError: true };
}

async function decide(given: Given, host: ToolHost): Promise<ToolResult> {
  const { line = '', decision, note, node, minutes, proof, next_role: nextRole } = given;
  if (decision === undefined) return missing('decision');
  const command = {
    type: 'decide_lane',
    line,
    decision,
    ...compact({ note, node, minutes, proof, nextRole }),
  } as const;
  const outcome = await decideLane(host, writerOf(given), { taskId: given.task_id, decision: command });
  if (outcome.kind === 'refused') return refused(outcome);
  const standing = standingOf(outcome.lane, host.now());
  return told(outcome.task, lineOf(standing), dataOf(standing));
}

async function check(taskId: string, host: ToolHost): Promise<ToolResult> {
  const outcome = await lookAtLanes(host, { taskId });
  if (outcome.kind === 'refused') return lost(outcome, taskId);
  const { task } = outcome;
  const { dropped, attention, active, resolved } = checkLanes(task, host.now());
  const standings = [...dropped, ...attention, ...active, ...resolved];
  const kept = task.quarantine.map(({ id, line, why }) => `quarantine ${id} for ${line}: ${quarantineText[why]}`);
  const text = [...standings.map(lineOf), ...kept].join('\n') || 'No lanes.';
  return told(task, text, { waiting: dropped.length + attention.length, lanes: standings.map(dataOf) });
}

/** The words of the store name a command of the shell. */
function lost(refusal: Refusal, taskId: string): ToolResult {
  const isTask = refusal.details === undefined;
  return refused(isTask ? { ...refusal, message: `There is no task "${taskId}".` } : refusal);
}

function lineOf({ lane, class: name, reasons }: LaneStanding): string {
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  return `${name}: ${lane.line} is ${lane.status} at ${lane.node}, next role ${lane.next_role}${why}`;
}

function dataOf({ lane, class: name, reasons }: LaneStanding): Readonly<Record<string, unknown>> {
  const { line, status, node, goal_status, next_role, deadline } = lane;
  return { line, class: name, reasons, status, node, goal_status, next_role, deadline };
}
