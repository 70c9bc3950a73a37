/** A task as a script of the original writes it, and folders that hold such files. */

import { taskSchema, type Task } from '@perdure/contract';
import { readOriginal, type OriginalFolder } from '../../src/original/import-original.ts';
import { tempFolder, write } from '../evidence/support.ts';

export const lanes = {
  kind: 'subagent_lines',
  lines: { docs: { line: 'docs', goal: 'write', owner: 'worker', status: 'assigned', last_body: 'so far' } },
};

/** As a script of the original writes it. */
export const snapshot = {
  task_id: 'alpha',
  title: 'Ship it',
  goal: 'It is shipped.',
  done_criteria: ['the tests pass'],
  constraints: [],
  desired_state: 'running',
  execution_priority: 'tokens',
  phase: 'execution',
  health: 'healthy',
  created_at: '2026-03-01T10:00:00Z',
  updated_at: '2026-03-01T11:00:00Z',
  status_update_interval_seconds: 300,
  last_status_update_at: null,
  last_verified_step: '',
  next_step: 'write the docs',
  operator_note: '',
  steering_note: '',
  milestones: [{ id: 'm1', title: 'Code', status: 'running', percent: 40 }],
  subtasks: [{ id: 's1', title: 'Docs', status: 'doing', owner: 'worker', depends_on: ['s0'] }],
  artifacts: [lanes],
  risk_notes: [],
  pending_actions: [{ id: 'mail', idempotency_key: 'mail-1', to: 'team' }],
  action_states: { push: { status: 'success' } },
  idempotency_ledger: { 'push-1': { at: 'then' } },
  reconcile: { needed: false, reason: '', last_run_at: '2026-03-01T10:30:00Z', status: 'clean' },
};

export async function read(files: Readonly<Record<string, string>>): Promise<OriginalFolder> {
  const folder = tempFolder();
  write(folder, files);
  const imported = await readOriginal(folder);
  for (const { task } of imported.tasks) taskSchema.parse(task);
  return imported;
}

export async function readOne(
  fields: Readonly<Record<string, unknown>>,
): Promise<{ task: Task; notes: readonly string[] }> {
  const { tasks } = await read({ 'alpha.json': JSON.stringify({ ...snapshot, ...fields }) });
  const [first] = tasks;
  if (first === undefined || tasks.length > 1) throw new Error('not one task');
  return first;
}

/** What the artifact `imported` keeps. */
export function kept(task: Task): Record<string, unknown> {
  return task.artifacts.find(({ kind }) => kind === 'imported') ?? {};
}
