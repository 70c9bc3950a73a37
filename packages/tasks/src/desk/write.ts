/**
 * One command of somebody, given to the store; the readable copy follows. Every use case that changes a task ends
 * here.
 */

import { compact, type Task } from '@perdure/contract';
import { nameless } from '../core/actors.ts';
import type { CommandContext, TaskCommand } from '../core/commands.ts';
import { eventsOf } from '../core/event-pages.ts';
import type { Refusal, Written } from '../core/ports.ts';
import { sha256 } from '../core/sha256.ts';
import type { CallerDeps, ClockDeps, WriteDeps, Writer } from './deps.ts';

export interface WriteRequest {
  readonly taskId: string;
  readonly command: TaskCommand;
}

export async function writeTask(
  deps: WriteDeps,
  writer: Writer & CallerDeps,
  { taskId, command }: WriteRequest,
): Promise<Written | Refusal> {
  return await withCopy(deps, await deps.store.apply(taskId, command, contextOf(deps, writer)));
}

export function contextOf({ now }: ClockDeps, writer: Writer & CallerDeps): CommandContext {
  const { name = nameless, lease, revision, isAgent, process } = writer;
  const known = compact({ isAgent, process });
  const context = { now: now(), actor: name, revision: revision ?? 'latest', ...known } as const;
  return lease === undefined ? context : { ...context, tokenHash: sha256(lease) };
}

/** The same on the newest revision: what the writer has seen was compared before. */
export function onNewest({ name, lease }: Writer): Writer {
  return { name, lease };
}

type CopyDeps = Pick<WriteDeps, 'store' | 'mirror' | 'warn'>;

/** Brings the readable copy up to what was written, and has sent what is to be told of it. */
export async function withCopy<Outcome extends Written | Refusal>(
  deps: CopyDeps & Pick<WriteDeps, 'deliver'>,
  outcome: Outcome,
): Promise<Outcome> {
  if (outcome.kind === 'refused') return outcome;
  if (deps.mirror !== undefined) await copyAll(deps, outcome);
  if (outcome.reported === true) await deps.deliver?.(outcome.task.task_id);
  return outcome;
}

async function copyAll(deps: CopyDeps, outcome: Written): Promise<void> {
  if (outcome.events.length > 0) await copyOf(deps, outcome.task, outcome.events);
  const archived = outcome.archived === undefined ? undefined : await deps.store.get(outcome.archived);
  if (archived !== undefined) await copyOf(deps, archived);
}

/** The same of a task as it is; `events`: its newest, where they are known. */
export async function copyOf(
  { store, mirror, warn }: CopyDeps,
  task: Task,
  events: Written['events'] = [],
): Promise<void> {
  if (mirror === undefined) return;
  const { warning } = await mirror.write(task, events, eventsOf(store, task.task_id));
  if (warning !== undefined) warn(warning);
}
