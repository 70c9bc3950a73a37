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
import { formatDuration, printable, visibleJson } from '../text/format.ts';
import type { Colour, Paint } from '../text/paint.ts';
import { formatTable } from '../text/table.ts';
import { placedLines, questionLines, type WaitViewOptions } from '../waits/view.ts';
import { stuckBelow, type RunBelow } from './below.ts';
import { costText, notMetText, tokenCounts } from './view-event.ts';
import { heldText, untilText, waitedFor } from './view-status.ts';
import { steerLines } from './view-steers.ts';
import { errorPart } from './view-step.ts';
import { stepTable } from './view-steps.ts';
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

export interface RunViewOptions extends WaitViewOptions {
  /** Whether every item of a wide fan-out is shown. */
  readonly all?: boolean | undefined;
}

export function runView({ run, steps, events, waits, below }: RunRecord, options: RunViewOptions): string {
  const { paint, now, homeFlag, columns, all } = options;
  const parts = [
    `${paint('bold', run.pipeline)}  ${statusText(run, { paint, now })}\n${formatTable(facts(run, steps, now), { columns }).join('\n')}`,
    steps.length === 0 ? 'No steps yet.' : stepTable(steps, { now, endedAt: run.endedAt, below, columns, all }),
  ];
  const steers = steerLines({ run, steps, events });
  if (steers.length > 0) parts.push(`Steered\n${steers.join('\n')}`);
  const changed = events.findLast(({ type }) => type === 'run.steps_not_met');
  if (changed?.type === 'run.steps_not_met') parts.push(`${paint('yellow', '!')} ${notMetText(changed.data)}`);
  const open = waits.filter(({ answered }) => answered === undefined);
  parts.push(
    ...open.map((wait) =>
      (wait.runId === run.id ? questionLines : placedLines)(wait, { ...options, most: mostShown }).join('\n'),
    ),
  );
  const undone = firstUndone(steps)?.key;
  const instead = undone === undefined ? undefined : undoneHint(run.id, undone, homeFlag);
  if (run.error !== undefined) parts.push(errorPart(run.error, paint, { instead, goesOnBy: goesOnBy(run) }));
  if (run.status === 'completed') parts.push(outputPart(run, homeFlag));
  const next = nextCommands(run, open, { homeFlag, undone, stuck: stuckBelow(below, open) });
  if (next.length > 0) parts.push(`Next\n${next.map((command) => `  ${command}`).join('\n')}`);
  return parts.join('\n\n');
}

/** What would push the table away is a command of its own. */
function outputPart({ id, output }: Run, homeFlag: string): string {
  const text = outputText(output);
  const lines = text.split('\n').length;
  if (lines <= mostShown) return `Output\n${text}`;
  return `Output\n  ${lines} lines: perdure runs show ${id} --output${homeFlag}`;
}

/** As JSON that a terminal neither obeys nor swallows anything of. */
export function outputText(output: unknown): string {
  return visibleJson(output, 2);
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

function statusText(run: Run, { paint, now }: Pick<WaitViewOptions, 'paint' | 'now'>): string {
  const status = paintStatus(run.status, paint);
  return `${status}${heldText(run)}${waitedFor(run)}${untilText(run, now)}`;
}

function facts(run: Run, steps: readonly Step[], now: number): string[][] {
  const end = run.endedAt === undefined ? now : Date.parse(run.endedAt);
  const rows = [
    ['  id', run.id],
    ['  started', run.createdAt],
    [run.endedAt === undefined ? '  so far' : '  took', formatDuration(Math.max(0, end - Date.parse(run.createdAt)))],
  ];
  const models = modelsOf(steps);
  if (models !== '') rows.push(['  model', models]);
  const tokens = tokenCounts(run.usage);
  if (tokens !== undefined) rows.push(['  tokens', tokens]);
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

/** Names of the models that were asked, each once. */
function modelsOf(steps: readonly Step[]): string {
  const names = steps.flatMap((step) => (step.kind === 'turn' ? [step.detail.model] : []));
  return printable([...new Set(names)].join(', '));
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

/** The order that lets it go on after it stopped; undefined where neither does. */
export function goesOnBy({ status }: Pick<RunSummary, 'status'>): 'resume' | 'retry' | undefined {
  if (orderAccepted('retry', status)) return 'retry';
  return status === 'needs_attention' ? 'resume' : undefined;
}

export interface NextOptions {
  readonly homeFlag: string;
  /** The first step whose effect was undone. */
  readonly undone?: string | undefined;
  /** Runs below that need attention. */
  readonly stuck?: readonly RunSummary[];
}

/**
 * What a person may do with a run that asks `open`, itself or below: the transition table decides, not this file. How
 * to answer stands with each question; what waits for an answer alone is neither watched nor resumed.
 */
export function nextCommands(run: RunSummary, open: readonly Wait[], options: NextOptions): string[] {
  const { id, status } = run;
  const { homeFlag, undone, stuck = [] } = options;
  const commands = stuck.map((each) => `perdure runs show ${each.id}${homeFlag}`);
  const waitsForPerson = open.length + stuck.length > 0 && (run.waitingFor?.kind ?? 'timer') !== 'timer';
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
