/** A new task, leased to whoever makes it, if they work on it themselves. */

import type { Task } from '@perdure/contract';
import { nameless } from '../core/actors.ts';
import type { CreateTask } from '../core/commands.ts';
import type { Refusal } from '../core/ports.ts';
import type { EvidenceDeps, LeaseDeps, WriteDeps, Writer } from './deps.ts';
import { offerLease } from './lease-offer.ts';
import { contextOf, withCopy } from './write.ts';

export interface CreateRequest {
  readonly taskId: string;
  readonly fields: CreateTask['fields'];
  /** Else it is left to whoever continues it. */
  readonly takesLease: boolean;
  /** Whether a task that has the id already gives it up; absent: no. */
  readonly replace?: boolean;
}

export type CreateOutcome =
  | {
      readonly kind: 'created';
      readonly task: Task;
      readonly token: string | undefined;
      /** The id under which the task is kept that had this one's. */
      readonly archived: string | undefined;
    }
  | Refusal;

export async function createTask(
  deps: WriteDeps<'create'> & LeaseDeps & EvidenceDeps,
  { name = nameless }: Writer,
  { taskId, fields, takesLease, replace = false }: CreateRequest,
): Promise<CreateOutcome> {
  const offer = takesLease ? offerLease(deps, name) : undefined;
  const command = { type: 'create', task_id: taskId, fields, ...(await beginning(deps, fields.project)) } as const;
  const outcome = await deps.store.create(
    offer === undefined ? command : { ...command, lease: offer.lease },
    // The lease of another task, which the caller may still hold, is none of this one.
    contextOf(deps, { name }),
    { replace },
  );
  if (outcome.kind === 'refused') return outcome;
  const { task, archived } = await withCopy(deps, outcome);
  if (offer !== undefined) deps.keptTokens?.keep(taskId, offer.token);
  return { kind: 'created', task, token: offer?.token, archived };
}

/** What lies there before the work, so that a baseline is known for one. */
async function beginning({ evidence }: EvidenceDeps, project = ''): Promise<Pick<CreateTask, 'begunOn'>> {
  if (project === '') return {};
  const seen = await evidence.look({ cwd: project, paths: [] });
  return seen.kind === 'subject' ? { begunOn: { cwd: project, subject: seen.subject } } : {};
}
