/** A check of a task: where it may run, and its writer's lease, which lasts at least as long as the check does. */

import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, basename, relative, resolve } from 'node:path';
import type { Evidence, Task } from '@perdure/contract';
import { refuse } from '../core/answers.ts';
import { holdsLease } from '../core/lease.ts';
import type { Refusal } from '../core/ports.ts';
import type { CheckOutcome } from '../evidence/evidence.ts';
import type { CheckRequest, EvidenceDeps, WriteDeps, Writer } from './deps.ts';
import { whileRenewing } from './keep-lease.ts';
import { contextOf, onNewest, writeTask } from './write.ts';

/**
 * Where a check is to run. A person at a shell has chosen the working folder, and may mean any (`anywhere`). A
 * model names folders in arguments, and a slip of its pen must not run things elsewhere (`task_folder`). No
 * default: whoever asks says which of the two it is.
 */
export type CheckPlace =
  | { readonly within: 'anywhere'; /** Absolute. */ readonly folder: string }
  | {
      readonly within: 'task_folder';
      /** In the task's folder; absent: that folder itself. */
      readonly folder?: string | undefined;
      /** Absolute: what counts as the folder of a task of no project. */
      readonly home: string;
    };

/** The absolute folder, or why it may not be there. */
export function folderOf({ task_id: id, project }: Task, place: CheckPlace): string | Refusal {
  if (place.within === 'anywhere') return place.folder;
  const base = project === '' ? place.home : project;
  const folder = resolve(base, place.folder ?? '.');
  if (isInside(folder, base)) return folder;
  return refuse('invalid_input', `Checks of task ${id} run inside ${base}; name a folder in it.`);
}

/** What is to be seen of where a check ran: whether that was outside of the project. */
export function placeOf({ project }: Task, cwd: string): Pick<Evidence, 'outside_project'> {
  return project === '' || isInside(cwd, project) ? {} : { outside_project: true };
}

/** By where the folders really are: a link out of the project leads out of it. */
function isInside(folder: string, base: string): boolean {
  const inside = relative(realPath(base), realPath(folder));
  return inside !== '..' && !inside.startsWith('../') && !isAbsolute(inside);
}

/** As far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

export async function runCheckOf(
  deps: WriteDeps & EvidenceDeps,
  writer: Writer,
  { task, check }: { readonly task: Task; readonly check: CheckRequest },
): Promise<CheckOutcome> {
  const run = () => deps.evidence.run(check);
  if (!holdsLease(task, contextOf(deps, writer).tokenHash)) return await run();
  const renew = async (): Promise<Refusal | undefined> => {
    const command = { type: 'renew_lease' } as const;
    const outcome = await writeTask(deps, onNewest(writer), { taskId: task.task_id, command });
    return outcome.kind === 'refused' ? outcome : undefined;
  };
  return await whileRenewing(renew, task.lease.ttl_ms, run);
}
