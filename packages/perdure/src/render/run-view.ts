/** A run as `runs show` prints it: where it stands, its steps, and how to go on. Pure. */

import {
  errorCatalogue,
  isFinished,
  nextRunStatus,
  orderAccepted,
  type Run,
  type RunStatus,
  type Step,
} from '@perdure/contract';
import type { Colour, Paint } from '../cli/paint.ts';
import { tokensOf, waitNames } from './event-line.ts';
import { formatDuration, formatTable, printable } from './format.ts';
import { answerCommand, waitsForPerson } from './wait-view.ts';

export interface RunViewOptions {
  readonly paint: Paint;
  /** Milliseconds since the epoch, for what is not over yet. */
  readonly now: number;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
}

export function runView(run: Run, steps: readonly Step[], options: RunViewOptions): string {
  const { paint } = options;
  const parts = [
    `${paint('bold', run.pipeline)}  ${statusText(run, paint)}\n${formatTable(facts(run, options.now)).join('\n')}`,
    steps.length === 0 ? 'No steps yet.' : stepTable(steps, options.now),
  ];
  parts.push(...openQuestions(run, steps).map((step) => questionPart(step, options)));
  if (run.error !== undefined) parts.push(errorPart(run.error, paint));
  if (run.status === 'completed') parts.push(`Output\n${JSON.stringify(run.output, null, 2)}`);
  const next = nextCommands(run.id, run.status).map((command) => `  ${command}${options.homeFlag}`);
  if (next.length > 0) parts.push(`Next\n${next.join('\n')}`);
  return parts.join('\n\n');
}

const statusColours: Readonly<Record<RunStatus, Colour>> = {
  queued: 'dim',
  running: 'cyan',
  waiting: 'yellow',
  paused: 'yellow',
  needs_attention: 'yellow',
  undoing: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'red',
};

export function paintStatus(status: RunStatus, paint: Paint): string {
  return paint(statusColours[status], status.replaceAll('_', ' '));
}

function statusText(run: Run, paint: Paint): string {
  const status = paintStatus(run.status, paint);
  if (run.waitingFor === undefined) return status;
  const until = run.waitingFor.until === undefined ? '' : ` until ${run.waitingFor.until}`;
  return `${status} for ${waitNames[run.waitingFor.kind] ?? run.waitingFor.kind}${until}`;
}

function facts(run: Run, now: number): string[][] {
  const end = run.endedAt === undefined ? now : Date.parse(run.endedAt);
  const rows = [
    ['  id', run.id],
    ['  started', run.createdAt],
    [run.endedAt === undefined ? '  so far' : '  took', formatDuration(Math.max(0, end - Date.parse(run.createdAt)))],
  ];
  const tokens = tokensOf(run.usage);
  if (tokens !== undefined) rows.push(['  model', tokens]);
  if (run.recoveries > 0) rows.push(['  recovered', run.recoveries === 1 ? 'once' : `${run.recoveries} times`]);
  if (run.parent !== undefined) rows.push(['  part of', `${run.parent.runId}/${run.parent.stepKey}`]);
  return rows;
}

function stepTable(steps: readonly Step[], now: number): string {
  const rows = steps.map((step) => [
    `  ${step.key}`,
    step.kind,
    step.status,
    formatDuration(
      Math.max(0, (step.endedAt === undefined ? now : Date.parse(step.endedAt)) - Date.parse(step.startedAt)),
    ),
    tokensOf(step.detail?.['usage']) ?? '',
  ]);
  return formatTable([['  STEP', 'KIND', 'STATUS', 'TIME', ''], ...rows]).join('\n');
}

/** What a person is asked and has not answered; a run that is over asks nobody any more. */
function openQuestions(run: Run, steps: readonly Step[]): Step[] {
  if (isFinished(run.status) || run.status === 'undoing') return [];
  return steps.filter((step) => step.kind === 'human' && step.status === 'started');
}

function questionPart({ detail }: Step, { paint, homeFlag }: RunViewOptions): string {
  const words = waitsForPerson(detail?.['question']);
  return `${paint('yellow', '?')} ${words}\n  ${answerCommand(String(detail?.['wait']), homeFlag)}`;
}

function errorPart(error: NonNullable<Run['error']>, paint: Paint): string {
  return `${paint('red', 'Error')} ${printable(error.message)}\n  ${paint('dim', errorCatalogue[error.code].hint)}`;
}

/** What a person may do with a run in this status: the transition table decides, not this file. */
export function nextCommands(id: string, status: RunStatus): string[] {
  const commands: string[] = [];
  if (orderAccepted('pause', status) || status === 'undoing') commands.push(`perdure runs watch ${id}`);
  if (orderAccepted('resume', status)) commands.push(`perdure runs resume ${id}`);
  if (nextRunStatus(status, 'retry') !== undefined) commands.push(`perdure runs retry ${id}`);
  return commands;
}

/** One step, as `runs show <run>/<key>` prints it. */
export function stepView(step: Step, options: RunViewOptions): string {
  const parts = [stepTable([step], options.now)];
  if (step.kind === 'human' && step.status === 'started') parts.push(questionPart(step, options));
  if (step.error !== undefined) parts.push(errorPart(step.error, options.paint));
  if (step.result !== undefined) parts.push(`Result\n${JSON.stringify(step.result, null, 2)}`);
  return parts.join('\n\n');
}
