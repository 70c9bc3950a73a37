/** Whether evidence still holds: what each check ran on, and each word was given for, is looked at again. */

import { isTaskClosed, type Evidence, type Task } from '@perdure/contract';
import type { Uncompared } from '../core/commands.ts';
import { subjectOf, type SubjectAnswer, type SubjectOptions } from './subject.ts';

export interface Comparison {
  /** Ids of evidence about something else than what is there now. */
  readonly stale: readonly string[];
  /** Evidence of which nothing can be said at the moment. */
  readonly uncompared: readonly Uncompared[];
}

export type Verdict =
  | { readonly kind: 'holds' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'unclear'; readonly why: string };

/**
 * A baseline is about what was there before; what came with an import was about files elsewhere; and what happens to
 * the files of a closed task is no longer its business.
 */
export async function compareEvidence(task: Task, look: Pick<SubjectOptions, 'exclude' | 'env'>): Promise<Comparison> {
  if (isTaskClosed(task.desired_state)) return { stale: [], uncompared: [] };
  const answers = new Map<string, Promise<SubjectAnswer>>();
  const current = ({ cwd = '', subject }: Evidence): Promise<SubjectAnswer> => {
    const paths = subject?.paths ?? [];
    const key = JSON.stringify([cwd, paths]);
    const answer = answers.get(key) ?? subjectOf({ ...look, cwd, paths });
    answers.set(key, answer);
    return answer;
  };
  const stale: string[] = [];
  const uncompared: Uncompared[] = [];
  for (const one of task.evidence) {
    if (one.kind === 'baseline' || one.imported === true || one.void_since !== undefined) continue;
    if (one.subject === undefined) continue;
    const verdict = verdictOn(one, await current(one));
    if (verdict.kind === 'changed') stale.push(one.id);
    if (verdict.kind === 'unclear') uncompared.push({ id: one.id, why: verdict.why });
  }
  return { stale, uncompared };
}

/** A statement about no files always holds. */
export function verdictOn({ subject }: Pick<Evidence, 'subject'>, current: SubjectAnswer): Verdict {
  if (subject === undefined) return { kind: 'holds' };
  if (current.kind === 'refused') return { kind: 'unclear', why: clauseOf(current.message) };
  if (subject.kind !== current.subject.kind) {
    const [then, now] = subject.kind === 'git' ? ['read by git', 'not'] : ['not read by git', 'are'];
    return { kind: 'unclear', why: `the files were ${then} then, and ${now} now` };
  }
  return { kind: subject.digest === current.subject.digest ? 'holds' : 'changed' };
}

function clauseOf(sentence: string): string {
  return sentence.replace(/[;.][^;.]*\.?$/, '');
}
