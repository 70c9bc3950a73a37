/** `task_subagent_ctl.py`, by its sub-commands, and `task_subagent_run.py`: lines of the work, given to workers. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { laneOwners, PerdureError, type Lane, type LaneOwner, type Task } from '@perdure/contract';
import {
  assignLane,
  decideLane,
  ingestReturn,
  lookAtLanes,
  returnHeaders,
  secondsTime,
  showLane,
  type LaneStanding,
  type SingleCommand,
} from '@perdure/tasks';
import { readStdin } from '../cli/given-text.ts';
import { orThrow } from '../tasks/refusal.ts';
import { optionalText, taskOf, textOf, writerFor, type Call } from './call.ts';
import { inOneLine } from './given.ts';
import { pythonJson } from './python-json.ts';

export async function lanesAsOriginal(call: Call): Promise<string> {
  await taskOf(call, textOf(call, 'task_id'));
  switch (call.command) {
    case 'assign':
      return pythonJson(assignedRecord(await assign(call)));
    case 'prompt':
      return (await briefOf(call)).trimEnd();
    case 'ingest':
      return await ingest(call);
    case 'decide':
      return await decide(call);
    default:
      return await check(call);
  }
}

/** The line is given to a worker, and printed is what starts one. Nothing is started. */
export async function runAsOriginal(call: Call): Promise<string> {
  const task_id = textOf(call, 'task_id');
  await taskOf(call, task_id);
  const { line } = await assign(call);
  const decision = { type: 'decide_lane', line, decision: 'dispatch', note: 'spawn payload prepared' } as const;
  await decided(call, decision);
  const timeout = call.values['timeout_seconds'];
  return pythonJson({
    runtime: 'subagent',
    agentId: 'main',
    mode: 'run',
    cleanup: 'delete',
    timeoutSeconds: timeout,
    runTimeoutSeconds: timeout,
    task: (await briefOf(call)).trimEnd(),
    metadata: { task_id, line },
  });
}

async function assign(call: Call): Promise<Lane> {
  const { tasks } = call;
  const [taskId, line] = [textOf(call, 'task_id'), textOf(call, 'line')];
  const lane = {
    goal: textOf(call, 'goal'),
    owner: ownerOf(textOf(call, 'owner')),
    node: inOneLine(textOf(call, 'node')),
    summary: textOf(call, 'summary'),
  };
  return orThrow(tasks, await assignLane(tasks, await writerFor(call, taskId), { taskId, line, lane })).lane;
}

function ownerOf(name: string): LaneOwner {
  const owner = laneOwners.find((one) => one === name);
  if (owner !== undefined) return owner;
  throw new PerdureError('invalid_input', `unsupported owner: ${name}; it is one of ${laneOwners.join(', ')}`);
}

async function briefOf(call: Call): Promise<string> {
  const { tasks } = call;
  const [taskId, line] = [textOf(call, 'task_id'), textOf(call, 'line')];
  return orThrow(tasks, notFoundAs(line, await showLane(tasks, { taskId, line }))).brief;
}

/** In the words of the original, where a line is not there. */
function notFoundAs<Outcome extends { readonly kind: string }>(line: string, outcome: Outcome): Outcome {
  if ((outcome as { readonly code?: unknown }).code !== 'not_found') return outcome;
  throw new PerdureError('not_found', `line not found: ${line}`);
}

async function ingest(call: Call): Promise<string> {
  const { rim, tasks } = call;
  const taskId = textOf(call, 'task_id');
  const file = optionalText(call, 'file');
  const text = file === undefined ? await readStdin(rim) : readReturn(resolve(rim.cwd, file));
  const outcome = orThrow(tasks, await ingestReturn(tasks, await writerFor(call, taskId), { taskId, text }));
  const { given } = outcome;
  if (outcome.kind === 'quarantined') {
    const { id, why } = outcome.kept;
    const message = `The return of line ${given.line} fits no line at work (${why}) and was kept apart as ${id}; see \`perdure task lane check ${taskId}${tasks.place.homeFlag}\`.`;
    throw new PerdureError('conflict', message);
  }
  const headers = Object.fromEntries(returnHeaders.map((name) => [name, given[name]]));
  const { class: classification, reasons } = outcome.standing;
  return pythonJson({ ok: true, line: given.line, headers, classification, reasons });
}

function readReturn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PerdureError('invalid_input', `${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

type Decision = Extract<SingleCommand, { readonly type: 'decide_lane' }>;

async function decide(call: Call): Promise<string> {
  const nextRole = optionalText(call, 'next_role') as Decision['nextRole'];
  const status = optionalText(call, 'status') as Decision['status'];
  const decision: Decision = {
    type: 'decide_lane',
    line: textOf(call, 'line'),
    decision: textOf(call, 'decision') as Decision['decision'],
    note: textOf(call, 'note'),
    ...(nextRole === undefined ? {} : { nextRole }),
    ...(status === undefined ? {} : { status }),
  };
  return pythonJson(lineRecord(await decided(call, decision)));
}

async function decided(call: Call, decision: Decision): Promise<Lane> {
  const { tasks } = call;
  const taskId = textOf(call, 'task_id');
  const outcome = await decideLane(tasks, await writerFor(call, taskId), { taskId, decision });
  return orThrow(tasks, notFoundAs(decision.line, outcome)).lane;
}

async function check(call: Call): Promise<string> {
  const { tasks } = call;
  const { check: found } = orThrow(tasks, await lookAtLanes(tasks, { taskId: textOf(call, 'task_id') }));
  const { ok, dropped, attention, active, resolved } = found;
  const [a, b, c, d] = [dropped, attention, active, resolved].map(recordsOf);
  return pythonJson({ ok, dropped: a, attention: b, active: c, resolved: d });
}

function recordsOf(standings: readonly LaneStanding[]) {
  return standings
    .toSorted((one, other) => (one.lane.line < other.lane.line ? -1 : 1))
    .map(({ lane, reasons }) => ({ ...lineRecord(lane), ...(reasons.length === 0 ? {} : { reasons }) }));
}

function lineRecord(lane: Lane) {
  const { line, status, goal_status, next_role, node, owner, controller_decision, last_return_tag } = lane;
  const last_return_at = secondsOrNull(lane.last_return_at);
  return { line, status, goal_status, next_role, node, owner, controller_decision, last_return_tag, last_return_at };
}

function assignedRecord(lane: Lane) {
  const { line, goal, owner, node, status, goal_status, next_role, summary, last_return_tag } = lane;
  const { controller_decision, controller_note } = lane;
  const times = { assigned_at: secondsTime(lane.assigned_at), updated_at: secondsTime(lane.updated_at) };
  const last = { last_return_tag, last_return_at: secondsOrNull(lane.last_return_at) };
  const plan = { line, goal, owner, node, status, goal_status, next_role };
  return { ...plan, ...times, ...last, summary, artifacts: [], controller_decision, controller_note };
}

function secondsOrNull(time: string | null): string | null {
  return time === null ? null : secondsTime(time);
}

/** The first line that waits for a decision, if its next round is another worker's: no person is needed for that. */
export async function dispatchWaiting(
  call: Call,
  task: Task,
): Promise<{ readonly applied: boolean; readonly note: string }> {
  const { tasks } = call;
  const taskId = task.task_id;
  const { check: found } = orThrow(tasks, await lookAtLanes(tasks, { taskId }));
  const [waiting] = found.attention.filter(({ lane }) => lane.controller_decision === 'pending');
  if (waiting === undefined) return { applied: false, note: 'no waiting controller line found' };
  const { line, next_role: next } = waiting.lane;
  if (!['worker', 'research', 'verify'].includes(next)) {
    return { applied: false, note: `waiting line ${line} is not low-risk auto-dispatchable` };
  }
  const note = 'auto-applied during resume bootstrap';
  const decision = { type: 'decide_lane', line, decision: 'dispatch', note } as const;
  const outcome = await decideLane(tasks, await writerFor(call, taskId), { taskId, decision });
  if (outcome.kind === 'refused') return { applied: false, note: outcome.message };
  return { applied: true, note: `auto-dispatched waiting line ${line}` };
}
