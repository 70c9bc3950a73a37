/** `task_ctl.py create` and `update`: whole values, read as an import reads them. */

import { compact, PerdureError, type Task } from '@perdure/contract';
import {
  autoBoundNote,
  createAsOriginal,
  printedSnapshot,
  updateAsOriginal,
  type GateGap,
  type Refusal,
} from '@perdure/tasks';
import { withChecks } from '../tasks/check-runner.ts';
import { parseTaskId } from '../tasks/parse.ts';
import { projectOfTask } from '../tasks/project-of-task.ts';
import { orThrow } from '../tasks/refusal.ts';
import { fixes } from '../tasks/view-fixes.ts';
import { optionalText, taskOf, textOf, writerFor, type Call } from './call.ts';
import { inOneLine, jsonOf } from './given.ts';
import { pythonJson } from './python-json.ts';

export async function createAsGiven(call: Call): Promise<string> {
  const { rim, tasks, values } = call;
  const taskId = parseTaskId(textOf(call, 'task_id'));
  const given = await fieldsOf(call);
  const replace = values['force'] === true;
  if (!replace && (await tasks.store.get(taskId)) !== undefined) {
    throw new PerdureError('conflict', `task already exists: ${taskId} (use --force to overwrite)`);
  }
  const outcome = await createAsOriginal(withChecks(rim, tasks), await writerFor(call, taskId), {
    taskId,
    fields: { ...given, artifacts: withBinding(call, given['artifacts']) },
    desiredState: textOf(call, 'desired_state'),
    project: projectOfTask(rim, tasks.place),
    replace,
  });
  const { task, notes } = orThrow(tasks, outcome);
  notes.forEach(call.say);
  return pythonJson(printedSnapshot(task));
}

export async function updateAsGiven(call: Call): Promise<string> {
  const { rim, tasks } = call;
  const taskId = textOf(call, 'task_id');
  await taskOf(call, taskId);
  const outcome = await updateAsOriginal(withChecks(rim, tasks), await writerFor(call, taskId), {
    taskId,
    fields: await fieldsOf(call),
    desiredState: optionalText(call, 'desired_state'),
    progressNote: inOneLine(textOf(call, 'progress_note')),
  });
  if (outcome.kind === 'refused') sayWhatIsMissing(call, await taskOf(call, taskId), outcome);
  const { task, notes } = orThrow(tasks, outcome);
  notes.forEach(call.say);
  return pythonJson(printedSnapshot(task));
}

/** What closes each gap is a command of ours: the original has no gate. */
function sayWhatIsMissing({ tasks: { place }, say }: Call, task: Task, { code, details }: Refusal): void {
  if (code !== 'gate_open') return;
  const gaps = details?.['gaps'] as readonly GateGap[];
  for (const { gap, command, by } of fixes(task, gaps, place.homeFlag)) {
    say(`- ${gap.message}: ${by === 'agent' ? '' : `${by}: `}${command}`);
  }
}

const textFields = [
  'title',
  'goal',
  'execution_priority',
  'phase',
  'health',
  'next_step',
  'operator_note',
  'steering_note',
  'last_verified_step',
];
const jsonFields = [
  'done_criteria',
  'constraints',
  'milestones',
  'subtasks',
  'artifacts',
  'risk_notes',
  'pending_actions',
  'action_states',
  'idempotency_ledger',
  'reconcile',
];

/** What was given, by the names that a snapshot has. */
async function fieldsOf(call: Call): Promise<Readonly<Record<string, unknown>>> {
  const texts = textFields.map((name) => [name, optionalText(call, name)] as const);
  const values = await Promise.all(jsonFields.map(async (name) => [name, await jsonOf(call, name)] as const));
  const status_update_interval_seconds = call.values['status_interval'];
  return compact({ ...Object.fromEntries([...texts, ...values]), status_update_interval_seconds });
}

/** The chat that the environment names is bound, unless the caller has bound one. */
function withBinding({ rim: { env } }: Call, artifacts: unknown): unknown {
  const given: readonly unknown[] = Array.isArray(artifacts) ? artifacts : [];
  const isBound = given.some((one) => (one as { readonly kind?: unknown } | null)?.kind === 'delivery_binding');
  const channel = env['OPENCLAW_CHANNEL'] || env['CHANNEL'];
  const target = env['OPENCLAW_CHAT_ID'] || env['CHAT_ID'] || env['OPENCLAW_TARGET'];
  if (isBound || !channel || !target || (artifacts !== undefined && !Array.isArray(artifacts))) return artifacts;
  const account_id = env['OPENCLAW_ACCOUNT_ID'] || env['ACCOUNT_ID'] || 'default';
  const surface = env['OPENCLAW_SURFACE'] || 'active-chat';
  return [...given, { kind: 'delivery_binding', channel, account_id, target, surface, note: autoBoundNote }];
}
