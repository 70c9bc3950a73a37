/**
 * `perdure task continue`: goes on with a task, and says what an agent without memory has to know. Saying "continue" is
 * the confirmation; `--unattended` is for programs, and goes on only where that needs no person.
 */

import { compact, PerdureError } from '@perdure/contract';
import {
  brief,
  continueTask,
  fitWords,
  forgetHandOvers,
  heedOf,
  isOnward,
  renderBrief,
  type ContinueOutcome,
  type ContinueRequest,
} from '@perdure/tasks';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { withChecks } from './check-runner.ts';
import { openTasks, type OpenTasks } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';
import { adviceFor, headLines, shownOthers, type ContinueReport } from './view-continue.ts';
import type { WriteOptions } from './write-flags.ts';
import { writerOf } from './writer.ts';

export interface ContinueOptions extends WriteOptions {
  readonly dryRun?: boolean;
  readonly takeOver?: boolean;
  readonly unattended?: boolean;
}

export async function continueOne(rim: Rim, id: string | undefined, options: ContinueOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const isUnattended = options.unattended === true;
  const request: ContinueRequest = {
    id: id === undefined ? undefined : parseTaskId(id),
    folder: rim.cwd,
    isUnattended,
    takesOver: !isUnattended || options.takeOver === true,
    isDryRun: options.dryRun === true,
    ownLease: 'replaced',
  };
  const outcome = orThrow(tasks, await continueTask(withChecks(rim, tasks), writerOf(rim, options), request));
  if (outcome.kind === 'none') throw nothingHere(tasks, outcome);
  if (outcome.kind === 'busy') throw busy(tasks, outcome, request);
  const report = { ...reportOf(outcome), isKept: tasks.keptTokens !== undefined };
  tell(rim, tasks, { report, options });
  // Not before it was told: else a hand-over would be lost with a process that dies in between.
  await forgetHandOvers(tasks, report.handOvers);
  const wouldGoOn = options.dryRun === true && isOnward(report.classification.action);
  return report.goesOn || wouldGoOn ? 0 : 1;
}

type OutcomeOf<Kind extends ContinueOutcome['kind']> = Extract<ContinueOutcome, { readonly kind: Kind }>;

function nothingHere({ place: { homeFlag } }: OpenTasks, { nearest }: OutcomeOf<'none'>): PerdureError {
  const message =
    nearest === undefined
      ? `There is no task to go on with; \`perdure task list${homeFlag}\` shows all, \`perdure task create\` makes one.`
      : `There is no task of this project to go on with; ${nearest.task_id} belongs to ${nearest.project}: name it if it is meant, or see \`perdure task list${homeFlag}\`.`;
  return new PerdureError('not_found', message);
}

function busy(
  { place }: OpenTasks,
  { task, free }: OutcomeOf<'busy'>,
  { isUnattended, takesOver }: ContinueRequest,
): PerdureError {
  const unattended = isUnattended ? ` --unattended${takesOver ? ' --take-over' : ''}` : '';
  const flags = `${unattended}${place.homeFlag}`;
  const message = `${task.lease?.holder} is at work on task ${task.task_id} until ${task.lease?.expires_at}; ${free.task_id} is free: \`perdure task continue ${free.task_id}${flags}\`.`;
  return new PerdureError('lease_held', message, { details: { reason: 'held', free: free.task_id } });
}

function reportOf(outcome: OutcomeOf<'taken_up' | 'held_up' | 'looked_at'>): Omit<ContinueReport, 'isKept'> {
  const { task } = outcome;
  const { shown: words, hidden } = fitWords(task.steering.map((one) => heedOf(task, one, false)));
  const resting = { goesOn: false, handOvers: [], words, hidden: { words: hidden, handOvers: 0 } };
  switch (outcome.kind) {
    case 'taken_up':
      return { ...outcome, goesOn: true };
    case 'held_up':
      return { ...resting, ...outcome };
    default:
      return { ...resting, ...outcome, promotedFrom: null };
  }
}

function tell(
  rim: Rim,
  { place }: OpenTasks,
  { report, options }: { readonly report: ContinueReport; readonly options: ContinueOptions },
): void {
  const { choice, task, words, recent, classification } = report;
  const known = brief(task, { now: rim.now(), recent, steering: words });
  const data = {
    ok: report.goesOn,
    dry_run: options.dryRun === true,
    selected_task: { task_id: choice.task.task_id, title: choice.task.title, why: choice.why },
    runners_up: choice.others
      .slice(0, shownOthers)
      .map(({ task: other, why }) => ({ task_id: other.task_id, title: other.title, why })),
    promoted_from_state: report.promotedFrom,
    classification: classification.class,
    reasons: classification.reasons,
    resume_plan: classification,
    revision: task.revision,
    ...compact({ lease_token: report.token }),
    handed_over: report.handOvers.map(({ context }) => context),
    left_out: { words: report.hidden.words, hand_overs: report.hidden.handOvers },
    brief: known,
  };
  // What is new stands whole above the brief, which cuts.
  const shown = { ...known, steering: words.filter(({ isNew }) => !isNew) };
  const advice = adviceFor(report, place.homeFlag);
  printData(rim, options, data, () =>
    advice === undefined
      ? `${headLines(report)}\n\n${printable(renderBrief(shown)).trimEnd()}`
      : `${headLines(report)}\n${advice}`,
  );
}
