/**
 * `create` and `update` of the original: whole values, of which some are commands here. All of an update is taken or
 * none of it, and the state comes last, by an arrow of the table and through the gate.
 */

import { compact, taskStates, type Task, type TaskState } from '@perdure/contract';
import { noSuchTask, refuse } from '../core/answers.ts';
import type { SingleCommand } from '../core/commands.ts';
import type { Refusal } from '../core/ports.ts';
import { isoTime } from '../core/time.ts';
import type { Fields } from '../original/values.ts';
import { editedFields, planCommands, readWritten, type ReadFields } from '../original/written-fields.ts';
import { createTask } from './create.ts';
import type { EvidenceDeps, IdDeps, LeaseDeps, WriteDeps, Writer } from './deps.ts';
import { voidStale } from './stale-evidence.ts';
import { writeTask } from './write.ts';

export interface OriginalWrite {
  readonly taskId: string;
  /** By their names in a snapshot, with what a caller gave for each; without the state. */
  readonly fields: Fields;
  readonly desiredState?: string | undefined;
}

export type OriginalWriteOutcome =
  /** `notes`: what of the fields was bent to fit, a sentence each. */
  { readonly kind: 'written'; readonly task: Task; readonly notes: readonly string[] } | Refusal;

type Deps = WriteDeps<'create'> & IdDeps & LeaseDeps & EvidenceDeps;

/** Nobody's lease: whoever calls these commands knows of none. */
export async function createAsOriginal(
  deps: Deps,
  writer: Writer,
  request: OriginalWrite & { readonly project: string; readonly replace: boolean },
): Promise<OriginalWriteOutcome> {
  const { taskId, fields, desiredState = 'running', project, replace } = request;
  if (desiredState !== 'running' && desiredState !== 'paused' && desiredState !== 'stopped') {
    return refuse('invalid_input', `A new task is running, paused or stopped, and not "${desiredState}"; choose one.`);
  }
  const read = readWritten(fields, { id: taskId, at: isoTime(deps.now()) });
  const { title, goal, milestones, subtasks } = read.task;
  const edited = editedFields(fields, read, { artifacts: [] });
  const created = await createTask(deps, writer, {
    taskId,
    fields: { ...edited, title, goal, milestones, subtasks, project },
    takesLease: false,
    replace,
  });
  if (created.kind === 'refused') return created;
  const { task } = created;
  const plan = planCommands({ ...fields, milestones: undefined, subtasks: undefined }, read, task);
  const state = stateCommand(deps, task, { desiredState, why: '' });
  const commands = [...plan, ...state];
  const notes = notesOf(read, task);
  if (commands.length === 0) return { kind: 'written', task, notes };
  const outcome = await writeTask(deps, writer, { taskId, command: { type: 'all', commands } });
  return outcome.kind === 'refused' ? outcome : { kind: 'written', task: outcome.task, notes };
}

/** Lanes have commands of their own; among the artifacts they are only shown. */
function notesOf({ task: given, notes }: ReadFields, { lanes }: Task): readonly string[] {
  const strange = given.lanes.filter(({ line }) => !lanes.some((lane) => lane.line === line));
  if (strange.length === 0) return notes;
  const names = strange.map(({ line }) => line).join(', ');
  return [...notes, `Lines are given by task_subagent_ctl; of the artifacts these were not taken: ${names}.`];
}

/** How often a write is decided anew because somebody else wrote in between. */
const mostTries = 5;

/** @see OriginalWrite. `progressNote`: a line for the log of progress; empty: none. */
export async function updateAsOriginal(
  deps: Deps,
  writer: Writer,
  request: OriginalWrite & { readonly progressNote: string },
): Promise<OriginalWriteOutcome> {
  const { taskId, fields, desiredState } = request;
  if (desiredState !== undefined && !isTaskState(desiredState)) {
    const message = `A task is ${taskStates.join(', ')}, and not "${desiredState}"; choose one of them.`;
    return refuse('invalid_input', message);
  }
  const read = readWritten(fields, { id: taskId, at: isoTime(deps.now()) });
  for (let tries = 1; ; tries += 1) {
    const task = await deps.store.get(taskId);
    if (task === undefined) return noSuchTask(taskId);
    const { revision, commands } = await commandsOf(deps, writer, { task, read, request });
    if (commands.length === 0) return { kind: 'written', task, notes: notesOf(read, task) };
    const command = { type: 'all', commands } as const;
    const outcome = await writeTask(deps, { ...writer, revision }, { taskId, command });
    if (outcome.kind !== 'refused') return { kind: 'written', task: outcome.task, notes: notesOf(read, task) };
    const isOvertaken = outcome.code === 'conflict' && outcome.details?.['seen'] === revision;
    if (!isOvertaken || tries === mostTries) return outcome;
  }
}

interface Update {
  readonly task: Task;
  readonly read: ReadFields;
  readonly request: OriginalWrite & { readonly progressNote: string };
}

async function commandsOf(
  deps: Deps,
  writer: Writer,
  { task: found, read, request }: Update,
): Promise<{ readonly revision: number; readonly commands: readonly SingleCommand[] }> {
  const { fields, desiredState, progressNote } = request;
  const completes = desiredState === 'completed' && found.desired_state === 'running';
  const { task, uncompared } = completes ? await voidStale(deps, writer, found) : { task: found, uncompared: [] };
  const changes = editedFields(fields, read, found);
  const commands: readonly SingleCommand[] = [
    ...(Object.keys(changes).length === 0 ? [] : [{ type: 'update', changes } as const]),
    ...planCommands(fields, read, found),
    ...(progressNote === '' ? [] : [{ type: 'progress', message: progressNote } as const]),
    ...stateCommand(deps, found, { desiredState, why: progressNote }).map((command) =>
      command.type === 'complete' ? { ...command, uncompared } : command,
    ),
  ];
  return { revision: task.revision, commands };
}

const intents = { running: 'resume', paused: 'pause', stopped: 'stop' } as const;

/** None where the task is in that state already. */
function stateCommand(
  { newId }: IdDeps,
  { desired_state: from }: Task,
  { desiredState: wanted, why }: { readonly desiredState: string | undefined; readonly why: string },
): readonly SingleCommand[] {
  if (wanted === undefined || wanted === from) return [];
  if (wanted === 'completed') return [{ type: 'complete', ...compact({ summary: why || undefined }) }];
  if (wanted === 'failed') return [{ type: 'fail', reason: why || 'set to failed' }];
  const intent = intents[wanted as keyof typeof intents];
  return [{ type: 'control', controlId: newId(), intent, message: '', when: 'now' }];
}

function isTaskState(word: string): word is TaskState {
  return (taskStates as readonly string[]).includes(word);
}
