/**
 * The steps of a run as `runs show` prints them: a tree with what each took and gave. Of a wide fan-out the items that
 * are done are counted. Pure.
 */

import type { Step, StepOfKind } from '@perdure/contract';
import { formatDuration, printable } from '../text/format.ts';
import { formatTable } from '../text/table.ts';
import { readableKey } from '../waits/view.ts';
import type { RunBelow } from './below.ts';
import { beginningOf, stepTree, type StepNode } from './step-tree.ts';
import { childFacts } from './view-below.ts';
import { costText, tokensOf } from './view-event.ts';
import { toolCallText, toolOutcome } from './view-tool-call.ts';

export interface StepTableOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** End of the run: what it met in flight did not go on. */
  readonly endedAt?: string | undefined;
  /** Runs that the steps have started and that have not completed. */
  readonly below?: readonly RunBelow[];
  /** Columns of the terminal; undefined: there is none. */
  readonly columns?: number | undefined;
  /** Whether every item of a wide fan-out is shown. */
  readonly all?: boolean | undefined;
}

/** A fan-out of more items is wide. */
const fewItems = 5;

/** All steps of a run, each below the one it is a part of. */
export function stepTable(steps: readonly Step[], options: StepTableOptions): string {
  return tableOf(stepTree(steps), options);
}

/** One step by itself, under its whole key. */
export function stepRow(step: Step, options: StepTableOptions): string {
  return tableOf([{ step, name: step.key, parts: [] }], options);
}

interface Row {
  readonly node: StepNode;
  readonly depth: number;
}

function tableOf(roots: readonly StepNode[], options: StepTableOptions): string {
  const rows = roots.flatMap((node) => rowsOf(node, 0, options));
  const ofChild = childFacts(
    rows.map(({ node }) => node.step),
    options.below ?? [],
  );
  const cells = rows.map(({ node, depth }) => [
    `  ${'  '.repeat(depth)}${printable(readableKey(node.name))}`,
    node.step.kind,
    statusOf(node.step, options.endedAt),
    formatDuration(Math.max(0, endOf(node.step, options) - beginningOf(node))),
    factsOf(node, { ofChild, endedAt: options.endedAt }),
  ]);
  return formatTable([['  STEP', 'KIND', 'STATUS', 'TIME', ''], ...cells], {
    columns: options.columns,
    spare: [1],
  }).join('\n');
}

function rowsOf(node: StepNode, depth: number, options: StepTableOptions): readonly Row[] {
  return [{ node, depth }, ...shownParts(node, options).flatMap((part) => rowsOf(part, depth + 1, options))];
}

/** Of a wide fan-out what is not done, as far as a few. */
function shownParts({ step, parts }: StepNode, { all = false }: StepTableOptions): readonly StepNode[] {
  if (step.kind !== 'map' || all || parts.length <= fewItems) return parts;
  return parts.filter(({ step: item }) => item.status !== 'done').slice(0, fewItems);
}

function statusOf({ status }: Step, endedAt: string | undefined): string {
  return status === 'started' && endedAt !== undefined ? 'cancelled' : status;
}

function endOf(step: Step, { now, endedAt }: StepTableOptions): number {
  if (step.status !== 'started') return Date.parse(step.endedAt);
  return endedAt === undefined ? now : Date.parse(endedAt);
}

interface FactOptions {
  readonly ofChild: (step: StepOfKind<'run'>) => string;
  readonly endedAt: string | undefined;
}

function factsOf(node: StepNode, { ofChild, endedAt }: FactOptions): string {
  const { step } = node;
  switch (step.kind) {
    case 'tool':
      return toolFacts(step);
    case 'run':
      return ofChild(step);
    case 'turn':
      return turnFacts(step);
    case 'map':
      return itemCounts(step, node.parts, endedAt);
    default:
      return '';
  }
}

/** `40 items, 38 done, 2 running`. */
function itemCounts(map: StepOfKind<'map'>, parts: readonly StepNode[], endedAt: string | undefined): string {
  const count = (status: Step['status']) => parts.filter(({ step }) => step.status === status).length;
  const items = map.detail?.items ?? parts.length;
  const counts = [
    [count('done'), 'done'],
    [count('started'), endedAt === undefined ? 'running' : 'cancelled'],
    [count('failed'), 'failed'],
    [items - parts.length, 'to come'],
  ] as const;
  const isDone = items === count('done');
  const shown = counts.filter(([number]) => number > 0 && !isDone).map(([number, word]) => `${number} ${word}`);
  return [`${items} item${items === 1 ? '' : 's'}`, ...shown].join(', ');
}

/** `11 + 7 tokens (estimated) · 0.0021 · 1 note`. */
function turnFacts({ detail: { usage, usageEstimated, cost, notes = [], model } }: StepOfKind<'turn'>): string {
  const tokens = tokensOf(usage);
  const counted = tokens !== undefined && usageEstimated === true ? `${tokens} (estimated)` : tokens;
  const noted = notes.length === 0 ? undefined : `${notes.length} note${notes.length === 1 ? '' : 's'}`;
  const paid = cost === undefined ? undefined : costText(cost);
  return [counted, paid, printable(model), noted].filter((fact) => fact !== undefined).join(' · ');
}

/** `http-get {"url":"…"} · pure · ok`. */
function toolFacts(step: StepOfKind<'tool'>): string {
  const facts = [toolCallText(step.detail), step.detail?.effect, toolOutcome(step)?.text];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}
