/**
 * The completion gate. Of a criterion's evidence its last check counts, and whose word counts depends on the policy:
 *
 * - `auto`: the check alone. Somebody's word is not enough.
 * - `human`: the word of a person (`owner`, `human:…`), with or without a check.
 * - `second-agent`: the word of anybody but the workers: the last holder of the lease and those who ran the checks. A
 *   person is somebody.
 *
 * A check that fails exactly as the baseline did (same command, exit code and output) failed before the work began: a
 * word that is newer than it waives it under every policy. A check that fails otherwise is waived by a person alone,
 * and never under `auto`.
 */

import { type Evidence, type Task, canonicalJson } from '@perdure/contract';
import { isHuman, nameless } from './actors.ts';
import { pendingId } from './pending.ts';
import { untold } from './steering.ts';

/** `not_accepted`: there is evidence, but not of the kind that the policy asks for. */
export type CriterionProblem = 'no_evidence' | 'failed' | 'failed_before' | 'void' | 'not_accepted';

/** One thing that is missing; `message` is a clause for a sentence. */
export type GateGap = { readonly message: string } & (
  | { readonly kind: 'criterion'; readonly criterion: number; readonly problem: CriterionProblem }
  | { readonly kind: 'milestone'; readonly id: string }
  | { readonly kind: 'action'; readonly id: string }
  | { readonly kind: 'control'; readonly id: string }
);

/** What keeps the task from being completed; empty: nothing. */
export function gate(task: Task): readonly GateGap[] {
  return [...criteriaGaps(task), ...milestoneGaps(task), ...actionGaps(task), ...controlGaps(task)];
}

/** What keeps one criterion, numbered from 1, from being met. */
export function criterionProblem(task: Task, criterion: number): CriterionProblem | undefined {
  const evidence = task.evidence.filter((one) => one.criterion === criterion && one.kind !== 'baseline');
  const checkIndex = evidence.findLastIndex(({ kind }) => kind === 'check');
  const wordIndex = evidence.findLastIndex((one) => isAcceptedWord(task, one));
  const problem = checkProblem(task, evidence[checkIndex]);
  const word = wordIndex > checkIndex ? evidence[wordIndex] : undefined;
  if (task.acceptance === 'auto') {
    if (problem === 'failed_before' && word !== undefined) return undefined;
    return problem === 'no_evidence' && evidence.length > 0 ? 'not_accepted' : problem;
  }
  if (problem === undefined) return wordIndex >= 0 ? undefined : 'not_accepted';
  if (word === undefined) return problem === 'no_evidence' && evidence.length > 0 ? 'not_accepted' : problem;
  return problem === 'failed' && !isHuman(word.by) ? problem : undefined;
}

/**
 * Checks that counted until what they ran on changed: to be run again. What an import brought has no command and is
 * never among them.
 */
export function voidChecks({ evidence }: Task): readonly RepeatableCheck[] {
  return evidence.flatMap((one) => {
    const { kind, command, cwd, void_since: voidSince } = one;
    const isVoidCheck = kind === 'check' && voidSince !== undefined;
    return isVoidCheck && command !== undefined && cwd !== undefined ? [{ ...one, command, cwd }] : [];
  });
}

export interface RepeatableCheck extends Evidence {
  command: string[];
  cwd: string;
}

function checkProblem(task: Task, check: Evidence | undefined): CriterionProblem | undefined {
  if (check === undefined) return 'no_evidence';
  if (check.void_since !== undefined) return 'void';
  if (check.passed) return undefined;
  return failedBefore(task, check) ? 'failed_before' : 'failed';
}

function failedBefore(task: Task, check: Evidence): boolean {
  return task.evidence.some(
    (one) =>
      one.kind === 'baseline' &&
      !one.passed &&
      (one.criterion === 0 || one.criterion === check.criterion) &&
      one.output_digest !== undefined &&
      one.output_digest === check.output_digest &&
      one.exit_code === check.exit_code &&
      canonicalJson(one.command) === canonicalJson(check.command),
  );
}

function isAcceptedWord(task: Task, { kind, passed, void_since, by }: Evidence): boolean {
  if (kind !== 'attest' || !passed || void_since !== undefined) return false;
  switch (task.acceptance) {
    case 'auto':
      return true;
    case 'human':
      return isHuman(by);
    default:
      return (
        by !== nameless &&
        by !== task.lease?.holder &&
        !task.evidence.some((one) => one.kind !== 'attest' && one.by === by)
      );
  }
}

const problemText: Readonly<Record<CriterionProblem, string>> = {
  no_evidence: 'has no evidence',
  failed: 'has a check that failed',
  failed_before: 'has a check that failed before the work too: attest that this is right',
  void: 'has evidence that is void: what it ran on has changed',
  not_accepted: 'has no evidence of the kind that the task accepts',
};

function criteriaGaps(task: Task): readonly GateGap[] {
  return task.done_criteria.flatMap((_, index) => {
    const criterion = index + 1;
    const problem = criterionProblem(task, criterion);
    const message = `criterion ${criterion} ${problem && problemText[problem]}`;
    return problem === undefined ? [] : [{ kind: 'criterion' as const, criterion, problem, message }];
  });
}

function milestoneGaps(task: Task): readonly GateGap[] {
  return task.milestones
    .filter(({ status, reason }) => status !== 'done' && (status !== 'dropped' || !reason))
    .map(({ id, status }) => ({ kind: 'milestone', id, message: `milestone ${id} is ${status}` }));
}

function actionGaps(task: Task): readonly GateGap[] {
  const own = Object.entries(task.action_states)
    .filter(([, { status }]) => status === 'started' || status === 'unknown')
    .map(([id]) => id);
  const ids = new Set([...own, ...task.pending_actions.map(pendingId)]);
  return [...ids].map((id) => ({ kind: 'action', id, message: `action ${id} is not resolved` }));
}

function controlGaps(task: Task): readonly GateGap[] {
  const words = untold(task).map(({ id, intent }) => ({ id, message: `nobody who works was told of the ${intent}` }));
  const controls = task.inbox.map(({ id, intent }) => ({ id, message: `a control waits: ${intent}` }));
  return [...controls, ...words].map((gap) => ({ kind: 'control', ...gap }));
}
