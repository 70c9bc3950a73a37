/**
 * The completion gate. Of a criterion's evidence its last check counts, and whose word counts depends on the policy:
 *
 * - `auto`: the check alone. Somebody's word is not enough.
 * - `human`: the word of a person (`owner`, `human:…`), with or without a check.
 * - `second-agent`: the word of anybody but the workers: all who ever held the lease, or worked without one, and those
 *   who ran the checks. A person is somebody.
 *
 * A word is given for files as a check is run on them, and falls with them. One that is bound to none (`subject`) falls
 * with the next check. What came with an import opens nothing.
 *
 * A check that fails exactly as the baseline did (same command, exit code and output) failed before the work began: a
 * word that is newer than it waives it under every policy. A check that fails otherwise is waived by a person alone,
 * and never under `auto`; one that is void, only by a word for the files as they are now.
 */

import { type Evidence, type Task, canonicalJson } from '@perdure/contract';
import { isHuman, nameless } from './actors.ts';
import { laneGaps } from './lanes.ts';
import { pendingId } from './pending.ts';
import { untold } from './steering.ts';
import { touchedText } from './touched.ts';

/**
 * `uncompared`: nothing says now whether its files have changed. `word_void`: they have since somebody accepted them.
 * `not_accepted`: there is evidence, but not of the kind that the policy asks for.
 */
export type CriterionProblem =
  | 'no_evidence'
  | 'failed'
  | 'failed_before'
  | 'void'
  | 'uncompared'
  | 'word_void'
  | 'not_accepted';

/** One thing that is missing; `message` is a clause for a sentence. */
export type GateGap = { readonly message: string } & (
  | { readonly kind: 'criterion'; readonly criterion: number; readonly problem: CriterionProblem }
  | { readonly kind: 'milestone'; readonly id: string }
  | { readonly kind: 'action'; readonly id: string }
  | { readonly kind: 'control'; readonly id: string }
  /** A line that was given to a worker and is not over. */
  | { readonly kind: 'lane'; readonly id: string }
  | { readonly kind: 'no_criteria' }
);

/** What keeps the task from being completed; empty: nothing. */
export function gate(task: Task): readonly GateGap[] {
  return [...criteriaGaps(task), ...milestoneGaps(task), ...openLanes(task), ...actionGaps(task), ...controlGaps(task)];
}

/** What keeps one criterion, numbered from 1, from being met. */
export function criterionProblem(task: Task, criterion: number): CriterionProblem | undefined {
  const { evidence, check, words } = evidenceOf(task, criterion);
  const problem = checkProblem(task, check);
  const newer = words.findLast((one) => check === undefined || evidence.indexOf(one) > evidence.indexOf(check));
  if (task.acceptance === 'auto') {
    if (problem === 'failed_before' && newer !== undefined) return undefined;
    return problem === 'no_evidence' && evidence.length > 0 ? 'not_accepted' : problem;
  }
  if (problem === undefined) {
    const isAccepted = newer !== undefined || words.some(({ subject }) => subject !== undefined);
    return isAccepted ? undefined : wordProblem(task, evidence);
  }
  if (newer === undefined) {
    return problem === 'no_evidence' && evidence.length > 0 ? wordProblem(task, evidence) : problem;
  }
  return isWaived(problem, newer) ? undefined : problem;
}

/** Whether a criterion is met by a check that fails as it did before the work, and a word that this is right. */
export function isMetFailing(task: Task, criterion: number): boolean {
  const problem = checkProblem(task, evidenceOf(task, criterion).check);
  return problem === 'failed_before' && criterionProblem(task, criterion) === undefined;
}

/** Whether it is the present completion that was forced, and not an earlier one. */
export function isForced({ desired_state: state, closing }: Task): boolean {
  return state === 'completed' && closing?.forced === true;
}

/** Of one criterion: what there is, the check that counts, and the words that do, oldest first. */
function evidenceOf(task: Task, criterion: number) {
  const evidence = task.evidence.filter((one) => one.criterion === criterion && one.kind !== 'baseline');
  return {
    evidence,
    check: evidence.findLast(({ kind, imported }) => kind === 'check' && imported !== true),
    words: evidence.filter((one) => isWordOfAnother(task, one) && holds(one)),
  };
}

function isWaived(problem: CriterionProblem, { subject, by }: Evidence): boolean {
  if (problem === 'failed') return isHuman(by);
  return (problem !== 'void' && problem !== 'uncompared') || subject !== undefined;
}

/** What is wrong with the words there are, where none counts. */
function wordProblem(task: Task, evidence: readonly Evidence[]): CriterionProblem {
  const words = evidence.filter((one) => isWordOfAnother(task, one));
  if (words.some(({ uncompared }) => uncompared !== undefined)) return 'uncompared';
  return words.some(({ void_since }) => void_since !== undefined) ? 'word_void' : 'not_accepted';
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
  if (check.uncompared !== undefined) return 'uncompared';
  if (check.passed) return undefined;
  return failedBefore(task, check) ? 'failed_before' : 'failed';
}

function failedBefore(task: Task, check: Evidence): boolean {
  return task.evidence.some(
    (one) =>
      one.kind === 'baseline' &&
      !one.passed &&
      one.imported !== true &&
      one.void_since === undefined &&
      (one.criterion === 0 || one.criterion === check.criterion) &&
      one.output_digest !== undefined &&
      one.output_digest === check.output_digest &&
      one.exit_code === check.exit_code &&
      canonicalJson(one.command) === canonicalJson(check.command),
  );
}

function isWordOfAnother(task: Task, { kind, passed, by, imported }: Evidence): boolean {
  if (kind !== 'attest' || !passed || imported === true) return false;
  switch (task.acceptance) {
    case 'auto':
      return true;
    case 'human':
      return isHuman(by);
    default:
      return (
        by !== nameless &&
        !task.workers.includes(by) &&
        !task.evidence.some((one) => one.kind !== 'attest' && one.by === by)
      );
  }
}

function holds({ void_since, uncompared }: Evidence): boolean {
  return void_since === undefined && uncompared === undefined;
}

/** What a criterion with this problem has. */
export const problemText: Readonly<Record<CriterionProblem, string>> = {
  no_evidence: 'has no evidence',
  failed: 'has a check that failed',
  failed_before: 'has a check that failed before the work too: attest that this is right',
  void: 'has evidence that is void: what it ran on has changed',
  uncompared: 'has evidence that cannot be compared with its files now',
  word_void: 'was accepted for files that have changed since: it is to be accepted anew',
  not_accepted: 'has no evidence of the kind that the task accepts',
};

function criteriaGaps(task: Task): readonly GateGap[] {
  if (task.done_criteria.length === 0 && task.acceptance !== 'auto') {
    const message = `there are no done criteria by which anybody could accept it (${task.acceptance})`;
    return [{ kind: 'no_criteria', message }];
  }
  return task.done_criteria.flatMap((_, index) => {
    const criterion = index + 1;
    const problem = criterionProblem(task, criterion);
    if (problem === undefined) return [];
    const message = `criterion ${criterion} ${textOf(task, criterion, problem)}`;
    return [{ kind: 'criterion' as const, criterion, problem, message }];
  });
}

function textOf(task: Task, criterion: number, problem: CriterionProblem): string {
  const { evidence, check } = evidenceOf(task, criterion);
  if (problem === 'void' && check?.files_changed === true)
    return `has a check during which its files changed${touchedText(check)}`;
  const why = evidence.find(({ uncompared }) => uncompared !== undefined)?.uncompared;
  return problem === 'uncompared' && why !== undefined ? `${problemText.uncompared}: ${why}` : problemText[problem];
}

function milestoneGaps(task: Task): readonly GateGap[] {
  return task.milestones
    .filter(({ status, reason }) => status !== 'done' && (status !== 'dropped' || !reason))
    .map(({ id, status }) => ({ kind: 'milestone', id, message: `milestone ${id} is ${status}` }));
}

function openLanes(task: Task): readonly GateGap[] {
  return laneGaps(task).map(({ line, why }) => ({ kind: 'lane', id: line, message: `lane ${line} ${why}` }));
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
