/** A figure, what it should reach, and how both are shown: a table for people, one line of JSON for programs. Pure. */

import { compact } from '@perdure/contract';

export type Target = { readonly atMost: number } | { readonly atLeast: number };

export interface Figure {
  readonly id: string;
  /** Absent: it was not measured, and the note says why. */
  readonly value?: number;
  /** `x` for a ratio, `n` for a count. */
  readonly unit: 'x' | 'ms' | 'MiB' | '/s' | 'n';
  /** Absent: reported only. */
  readonly target?: Target;
  /** What the value was made of. For people. */
  readonly note: string;
}

/** A figure without a target misses none, and neither does one that was not measured. */
export function isReached({ value, target }: Figure): boolean {
  if (target === undefined || value === undefined) return true;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

/** The last line on stdout. */
export function figuresJson(figures: readonly Figure[]): string {
  const lines = figures.map((figure) => ({
    id: figure.id,
    value: figure.value === undefined ? null : Number(figure.value.toFixed(3)),
    unit: figure.unit,
    target: figure.target === undefined ? null : describeTarget(figure.target),
    ok: isReached(figure),
    ...compact({ skipped: figure.value === undefined ? figure.note : undefined }),
  }));
  return JSON.stringify({ figures: lines });
}

export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.id,
    valueText(figure),
    figure.target === undefined ? '' : describeTarget(figure.target),
    verdict(figure),
    figure.note,
  ]);
  const all = [['figure', 'value', 'target', '', 'made of'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const digits = { x: 2, ms: 1, MiB: 1, '/s': 0, n: 0 } as const satisfies Record<Figure['unit'], number>;

function valueText({ value, unit }: Figure): string {
  return value === undefined ? '-' : `${value.toFixed(digits[unit])} ${unit}`;
}

function verdict(figure: Figure): string {
  if (figure.value === undefined) return 'skipped';
  if (figure.target === undefined) return '';
  return isReached(figure) ? 'ok' : 'MISSED';
}

function describeTarget(target: Target): string {
  return 'atMost' in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
}
