/** A run as `runs show` prints it: where it stands, its steps, and how to go on. Pure. */

import {
  firstUndone,
  orderAccepted,
  type Run,
  type RunEvent,
  type RunStatus,
  type RunSummary,
  type Step,
  type Wait,
} from '@perdure/contract';
import { formatDuration, printable } from '../text/format.ts';
import type { Colour, Paint } from '../text/paint.ts';
import { formatTable } from '../text/table.ts';
import { answerCommands, placedLines, questionLines, type WaitViewOptions } from '../waits/view.ts';
import { stuckBelow, type RunBelow } from './below.ts';
import { costText, tokensOf } from './view-event.ts';
import { untilText, waitedFor } from './view-status.ts';
import { steerLines } from './view-steers.ts';
import { errorPart, stepTable } from './view-step.ts';
import { forkCommand, undoneHint } from './view-undone.ts';

export interface RunRecord {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly events: readonly RunEvent[];
  /** Of this run and of those below it. */
  readonly waits: readonly Wait[];
  /** Runs below it that have not completed. */
  readonly below: readonly RunBelow[];
}

export function runView({ run, steps, events, waits, below }: RunRecord, options: WaitViewOptions): string {
  const { paint, now, homeFlag } = options;
  const parts = [
    `${paint('bold', run.pipeline)}  ${statusText(run, paint)}\n${formatTable(facts(run, steps, now)).join('\n')}`,
    steps.length === 0 ? 'No steps yet.' : stepTable(steps, { now, endedAt: run.endedAt, below }),
  ];
  const steers = steerLines({ run, steps, events });
  if (steers.length > 0) parts.push(`Steered\n${steers.join('\n')}`);
  const open = waits.filter(({ answered }) => answered === undefined);
  parts.push(
    ...open.map((wait) =>
      (wait.runId === run.id ? questionLines : placedLines)(wait, { ...options, most: mostShown }).join('\n'),
    ),
  );
  const undone = firstUndone(steps)?.key;
  const instead = undone === undefined ? undefined : undoneHint(run.id, undone, homeFlag);
  if (run.error !== undefined) parts.push(errorPart(run.error, paint, instead));
  if (run.status === 'completed') parts.push(`Output\n${JSON.stringify(run.output, null, 2)}`);
  const next = nextCommands(run, open, { homeFlag, undone, stuck: stuckBelow(below, open) });
  if (next.length > 0) parts.push(`Next\n${next.map((command) => `  ${command}`).join('\n')}`);
  return parts.join('\n\n');
}

/** Lines of what is to be looked at, or of an output, below a table that is to stay in sight. */
const mostShown = 20;

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
  return `${status}${waitedFor(run)}${untilText(run)}`;
}

function facts(run: Run, steps: readonly Step[], now: number): string[][] {
  const end = run.endedAt === undefined ? now : Date.parse(run.endedAt);
  const rows = [
    ['  id', run.id],
    ['  started', run.createdAt],
    [run.endedAt === undefined ? '  so far' : '  took', formatDuration(Math.max(0, end - Date.parse(run.createdAt)))],
  ];
  const tokens = tokensOf(run.usage);
  if (tokens !== undefined) rows.push(['  model', tokens]);
  const cost = costFact(steps);
  if (cost !== undefined) rows.push(['  cost', cost]);
  if (run.waitingFor?.since !== undefined)
    rows.push(['  away', `since ${run.waitingFor.since}: ${printable(run.waitingFor.reason ?? '')}`]);
  if (run.recoveries > 0) rows.push(['  recovered', run.recoveries === 1 ? 'once' : `${run.recoveries} times`]);
  if (run.forkedFrom !== undefined)
    rows.push(['  forked from', `${run.forkedFrom.runId}, before ${run.forkedFrom.stepKey}`]);
  if (run.parent !== undefined) rows.push(['  part of', `${run.parent.runId}/${run.parent.stepKey}`]);
  return rows;
}

/** `0.0042`, of the turns that are shown; undefined where no price is known. */
function costFact(steps: readonly Step[]): string | undefined {
  const turns = steps.filter((step) => step.kind === 'turn' && step.status === 'done');
  const costs = turns.flatMap((step) => (step.kind === 'turn' ? (step.detail.cost ?? []) : []));
  if (costs.length === 0) return undefined;
  const sum = costText(costs.reduce((total, cost) => total + cost, 0));
  const rest = turns.length - costs.length;
  return rest === 0 ? sum : `${sum}, and ${rest} turn${rest === 1 ? '' : 's'} without a price`;
}

export interface NextOptions {
  readonly homeFlag: string;
  /** The first step whose effect was undone. */
  readonly undone?: string | undefined;
  /** Runs below that need attention. */
  readonly stuck?: readonly RunSummary[];
}

/**
 * What a person may do with a run that asks `open`, itself or below: the transition table decides, not this file. What
 * waits for an answer alone is neither watched nor resumed.
 */
export function nextCommands(run: RunSummary, open: readonly Wait[], options: NextOptions): string[] {
  const { id, status } = run;
  const { homeFlag, undone, stuck = [] } = options;
  const commands = answersTo(id, open, homeFlag);
  commands.push(...stuck.map((each) => `perdure runs show ${each.id}${homeFlag}`));
  const waitsForPerson = commands.length > 0 && (run.waitingFor?.kind ?? 'timer') !== 'timer';
  const needsOutcome =
    status === 'needs_attention' && open.some(({ purpose, runId }) => purpose === 'outcome' && runId === id);
  if ((orderAccepted('pause', status) && !waitsForPerson) || status === 'undoing')
    commands.push(`perdure runs watch ${id}${homeFlag}`);
  if (orderAccepted('resume', status, run.waitingFor?.kind) && !needsOutcome)
    commands.push(`perdure runs resume ${id}${homeFlag}`);
  if (orderAccepted('retry', status)) {
    commands.push(undone === undefined ? `perdure runs retry ${id}${homeFlag}` : forkCommand(id, undone, homeFlag));
  }
  return commands;
}

/** Of several questions the command that lists them. */
function answersTo(id: string, open: readonly Wait[], homeFlag: string): string[] {
  return open.length > 1
    ? [`perdure waits --run ${id}${homeFlag}`]
    : open.flatMap((wait) => answerCommands(wait, homeFlag));
}
