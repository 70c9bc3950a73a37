/** Whether evidence still holds: what each check ran on is looked at again. */

import { isTaskClosed, type Evidence, type Task } from '@perdure/contract';
import { isVoid } from './evidence.ts';
import { subjectOf, type SubjectAnswer, type SubjectOptions } from './subject.ts';

/**
 * Ids of checks that were run on something else than what is there now. A baseline is about what was there before; and
 * what happens to the files of a closed task is no longer its business.
 */
export async function staleEvidence(
  task: Task,
  look: Pick<SubjectOptions, 'exclude' | 'env'>,
): Promise<readonly string[]> {
  if (isTaskClosed(task.desired_state)) return [];
  const answers = new Map<string, Promise<SubjectAnswer>>();
  const current = ({ cwd = '', subject }: Evidence): Promise<SubjectAnswer> => {
    const paths = subject?.paths ?? [];
    const key = JSON.stringify([cwd, paths]);
    const answer = answers.get(key) ?? subjectOf({ ...look, cwd, paths });
    answers.set(key, answer);
    return answer;
  };
  const stale: string[] = [];
  for (const one of task.evidence) {
    const isOpen = one.kind === 'check' && one.subject !== undefined && one.void_since === undefined;
    if (isOpen && isVoid(one, await current(one))) stale.push(one.id);
  }
  return stale;
}
