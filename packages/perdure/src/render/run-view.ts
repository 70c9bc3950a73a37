/** A run as `runs show` prints it: where it stands, its steps, and how to go on. Pure. */

import {
  nextRunStatus,
  orderAccepted,
  type Run,
  type RunEvent,
  type RunStatus,
  type RunSummary,
  type Step,
  type Wait,
} from '@perdure/contract';
import type { Colour, Paint } from '../cli/paint.ts';
import { tokensOf, waitNames } from './event-line.ts';
import { formatDuration, formatTable } from './format.ts';
import { steerLines } from './steer-lines.ts';
import { errorPart, stepTable } from './step-view.ts';
import { answerCommands, questionLines, type WaitViewOptions } from './wait-view.ts';

export interface RunRecord {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly events: readonly RunEvent[];
  readonly waits: readonly Wait[];
}

export function runView({ run, steps, events, waits }: RunRecord, options: WaitViewOptions): string {
  const { paint, now, homeFlag } = options;
  const parts = [
    `${paint('bold', run.pipeline)}  ${statusText(run, paint)}\n${formatTable(facts(run, now)).join('\n')}`,
    steps.length === 0 ? 'No steps yet.' : stepTable(steps, now),
  ];
  const steers = steerLines({ run, steps, events });
  if (steers.length > 0) parts.push(`Steered\n${steers.join('\n')}`);
  const open = waits.filter(({ answered }) => answered === undefined);
  parts.push(...open.map((wait) => questionLines(wait, options).join('\n')));
  if (run.error !== undefined) parts.push(errorPart(run.error, paint));
  if (run.status === 'completed') parts.push(`Output\n${JSON.stringify(run.output, null, 2)}`);
  const next = nextCommands(run, open, homeFlag).map((command) => `  ${command}`);
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
  const until = run.waitingFor?.until === undefined ? '' : ` until ${run.waitingFor.until}`;
  return `${status}${waitedFor(run)}${until}`;
}

/** `waiting for a person`. */
export function statusWords(run: RunSummary): string {
  return `${run.status.replaceAll('_', ' ')}${waitedFor(run)}`;
}

function waitedFor({ waitingFor }: RunSummary): string {
  return waitingFor === undefined ? '' : ` for ${waitNames[waitingFor.kind] ?? waitingFor.kind}`;
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
  if (run.forkedFrom !== undefined)
    rows.push(['  forked from', `${run.forkedFrom.runId}, before ${run.forkedFrom.stepKey}`]);
  if (run.parent !== undefined) rows.push(['  part of', `${run.parent.runId}/${run.parent.stepKey}`]);
  return rows;
}

/**
 * What a person may do with a run that asks `open`: the transition table decides, not this file. What waits for an answer alone is neither
 * watched nor resumed.
 */
export function nextCommands(run: RunSummary, open: readonly Wait[], homeFlag: string): string[] {
  const { id, status } = run;
  const commands = answersTo(id, open, homeFlag);
  const waitsForPerson = open.length > 0 && run.waitingFor?.kind === 'human';
  const needsOutcome = status === 'needs_attention' && open.some(({ purpose }) => purpose === 'outcome');
  if ((orderAccepted('pause', status) && !waitsForPerson) || status === 'undoing')
    commands.push(`perdure runs watch ${id}${homeFlag}`);
  if (orderAccepted('resume', status) && !needsOutcome) commands.push(`perdure runs resume ${id}${homeFlag}`);
  if (nextRunStatus(status, 'retry') !== undefined) commands.push(`perdure runs retry ${id}${homeFlag}`);
  return commands;
}

/** Of several questions the command that lists them. */
function answersTo(id: string, open: readonly Wait[], homeFlag: string): string[] {
  return open.length > 1
    ? [`perdure waits --run ${id}${homeFlag}`]
    : open.flatMap((wait) => answerCommands(wait, homeFlag));
}
