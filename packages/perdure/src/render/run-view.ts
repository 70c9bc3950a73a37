/** A run as `runs show` prints it: where it stands, its steps, and how to go on. Pure. */

import {
  nextRunStatus,
  orderAccepted,
  type Run,
  type RunEvent,
  type RunStatus,
  type Step,
  type Wait,
} from '@perdure/contract';
import type { Colour, Paint } from '../cli/paint.ts';
import { tokensOf, waitNames } from './event-line.ts';
import { formatDuration, formatTable, printable } from './format.ts';
import { errorPart, stepTable } from './step-view.ts';
import { questionLines, type WaitViewOptions } from './wait-view.ts';

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
  const steers = steerLines(events);
  if (steers.length > 0) parts.push(`Steered\n${steers.join('\n')}`);
  const open = waits.filter(({ answered }) => answered === undefined);
  parts.push(...open.map((wait) => questionLines(wait, options).join('\n')));
  if (run.error !== undefined) parts.push(errorPart(run.error, paint));
  if (run.status === 'completed') parts.push(`Output\n${JSON.stringify(run.output, null, 2)}`);
  const next = nextCommands(run.id, run.status).map((command) => `  ${command}${homeFlag}`);
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
  if (run.forkedFrom !== undefined)
    rows.push(['  forked from', `${run.forkedFrom.runId}, before ${run.forkedFrom.stepKey}`]);
  if (run.parent !== undefined) rows.push(['  part of', `${run.parent.runId}/${run.parent.stepKey}`]);
  return rows;
}

/** Texts of people for the agents, oldest first. */
function steerLines(events: readonly RunEvent[]): string[] {
  return events.flatMap(({ type, at, data }) =>
    type === 'order.received' && data['order'] === 'steer'
      ? [`  ${at}  ${printable(String(data['text'])).replaceAll('\n', '\n    ')}`]
      : [],
  );
}

/** What a person may do with a run in this status: the transition table decides, not this file. */
export function nextCommands(id: string, status: RunStatus): string[] {
  const commands: string[] = [];
  if (orderAccepted('pause', status) || status === 'undoing') commands.push(`perdure runs watch ${id}`);
  if (orderAccepted('resume', status)) commands.push(`perdure runs resume ${id}`);
  if (nextRunStatus(status, 'retry') !== undefined) commands.push(`perdure runs retry ${id}`);
  return commands;
}
