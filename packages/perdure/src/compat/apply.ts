/** `task_resume_apply.py`: what a scan recommends, as far as that takes no person. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseExactJson, PerdureError, type Task } from '@perdure/contract';
import { checkLanes, passBoundary, takeUp } from '@perdure/tasks';
import { readStdin } from '../cli/given-text.ts';
import { withChecks } from '../tasks/check-runner.ts';
import { inPlace } from '../tasks/refusal.ts';
import { writerOf } from '../tasks/writer.ts';
import { optionalText, taskOf, writerFor, type Call } from './call.ts';
import { dispatchWaiting } from './lanes.ts';
import { pythonJson } from './python-json.ts';
import { afterTakingUp } from './taken-up.ts';

export interface Applied {
  readonly task_id: string;
  readonly action: string | null;
  readonly applied: boolean;
  readonly note: string;
}

export async function applyPlans(call: Call): Promise<string> {
  const file = optionalText(call, 'file');
  const text = file === undefined ? await readStdin(call.rim) : readPlans(call, file);
  const applied: Applied[] = [];
  for (const item of itemsIn(text)) applied.push(await applyOne(call, item));
  return pythonJson({ applied });
}

function readPlans({ rim: { cwd } }: Call, file: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (cause) {
    throw new PerdureError('invalid_input', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

interface PlanItem {
  readonly taskId: string;
  readonly action: string | null;
  /** On which the plan was made; absent where it does not say. */
  readonly revision: number | undefined;
}

function itemsIn(text: string): readonly PlanItem[] {
  const { tasks = [] } = asObject(parsed(text));
  if (!Array.isArray(tasks))
    throw new PerdureError('invalid_input', '`tasks` of a scan is a list; give one as it was printed.');
  return tasks.map((item) => {
    const { task_id, resume_plan, recommendation } = asObject(item);
    const { action, revision } = asObject(resume_plan);
    const wanted = action ?? asObject(recommendation)['action'];
    return {
      taskId: typeof task_id === 'string' ? task_id : '',
      action: typeof wanted === 'string' ? wanted : null,
      revision: typeof revision === 'number' ? revision : undefined,
    };
  });
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (cause) {
    const message = 'What is to be applied is no JSON; give what `task_resume_bootstrap.py --plan` printed.';
    throw new PerdureError('invalid_input', message, { cause });
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

async function applyOne(call: Call, item: PlanItem): Promise<Applied> {
  const { taskId: task_id, action } = item;
  const task = await taskOf(call, task_id);
  return { task_id, action, ...(await outcomeOf(call, task, item)) };
}

type Outcome = Pick<Applied, 'applied' | 'note'>;

/** An action by which nothing changes is not applied, and its note says why. */
export async function outcomeOf(
  call: Call,
  task: Task,
  { action, revision }: Pick<PlanItem, 'action' | 'revision'>,
): Promise<Outcome> {
  if (revision !== undefined && revision !== task.revision) {
    return not(`the plan was made on revision ${revision}, and the task is at ${task.revision}; scan it again`);
  }
  switch (action) {
    case 'ask_to_resume':
      return not('resume requires explicit user confirmation');
    case 'resume_main_flow':
    case 'resume_active_line':
      return await resume(call, task);
    case 'user_control_pending':
      return await obey(call, task);
    case 'controller_decision_needed':
      return await dispatchWaiting(call, task);
    default:
      return not('no low-risk auto-apply path for this action');
  }
}

/** Nothing is woken that somebody wants to rest. */
async function resume(call: Call, { task_id: taskId }: Task): Promise<Outcome> {
  const { rim, tasks, options } = call;
  const request = { taskId, wakes: [], takeOver: true, ownLease: 'replaced' } as const;
  const outcome = await takeUp(withChecks(rim, tasks), writerOf(rim, options), request);
  if (outcome.kind === 'refused') return not(inPlace(tasks.place, outcome.message));
  await afterTakingUp(call, outcome);
  if (outcome.kind === 'held_up') return not(outcome.classification.reasons.join('; '));
  return { applied: true, note: resumedNote(outcome.task, rim.now()) };
}

/** What the controller goes on with. */
export function resumedNote(task: Task, now: number): string {
  const [active] = checkLanes(task, now).active;
  return `controller resumed ${active === undefined ? 'main flow' : `active line ${active.lane.line}`}`;
}

/** All that waits is obeyed, in order, each as what it is. */
async function obey(call: Call, task: Task): Promise<Outcome> {
  const { tasks } = call;
  const intents = task.inbox.map(({ intent }) => intent).join(', ');
  if (intents === '') return not('no pending user control action found');
  const outcome = await passBoundary(tasks, await writerFor(call, task.task_id), { taskId: task.task_id });
  if (outcome.kind === 'refused') return not(inPlace(tasks.place, outcome.message));
  const { desired_state: state } = outcome.task;
  const note =
    state === 'paused' || state === 'stopped' ? `${state} for pending user control` : 'applied pending user control';
  return { applied: true, note: `${note} (${intents})` };
}

function not(note: string): Outcome {
  return { applied: false, note };
}
