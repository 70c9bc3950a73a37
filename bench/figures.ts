/** A figure, what it should reach, and how both are shown: a table for people, one line of JSON for programs. Pure. */

export type Target = { readonly atMost: number } | { readonly atLeast: number };

export interface Figure {
  readonly id: string;
  readonly value: number;
  /** `x` for a ratio. */
  readonly unit: 'x' | 'ms' | 'MiB';
  /** Absent: reported only. */
  readonly target?: Target;
  /** What the value was made of. For people. */
  readonly note: string;
}

/** A figure without a target misses none. */
export function isReached({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

/** The last line on stdout. */
export function figuresJson(figures: readonly Figure[]): string {
  const lines = figures.map((figure) => ({
    id: figure.id,
    value: Number(figure.value.toFixed(3)),
    unit: figure.unit,
    target: figure.target === undefined ? null : describeTarget(figure.target),
    ok: isReached(figure),
  }));
  return JSON.stringify({ figures: lines });
}

export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.id,
    `${figure.value.toFixed(figure.unit === 'x' ? 2 : 1)} ${figure.unit}`,
    figure.target === undefined ? '' : describeTarget(figure.target),
    figure.target === undefined ? '' : isReached(figure) ? 'ok' : 'MISSED',
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

function describeTarget(target: Target): string {
  return 'atMost' in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
}
