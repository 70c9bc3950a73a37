/** Figures: what a measurement came to, what it should have come to, and for people the first few reasons. */

/** One line of the table. */
export interface Figure {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** `= 0`, `>= 90`, `<= 5000`; absent for what is only told. */
  readonly target?: string;
  readonly ok: boolean;
  /** Sentences; not part of the machine-readable answer. */
  readonly evidence: readonly string[];
}

/** Holds the value against its target; without one it is fine. */
export function figureOf(
  measured: Omit<Figure, 'ok' | 'evidence'> & { readonly evidence?: readonly string[] },
): Figure {
  const { target, value, evidence = [] } = measured;
  return { ...measured, evidence, ok: target === undefined || meets(value, target) };
}

function meets(value: number, target: string): boolean {
  const [relation, bound] = target.split(' ');
  switch (relation) {
    case '=':
      return value === Number(bound);
    case '>=':
      return value >= Number(bound);
    case '<=':
      return value <= Number(bound);
    default:
      throw new Error(`"${target}" is no target`);
  }
}

const shownReasons = 3;

/** For people: a line each, and what speaks against those that are not met. */
export function figureTable(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ id }) => id.length));
  return figures
    .flatMap((figure) => {
      const { id, value, unit, target = '', ok, evidence } = figure;
      const line = `${ok ? '  ok  ' : ' FAIL '} ${id.padEnd(width)}  ${String(rounded(value)).padStart(7)} ${unit.padEnd(6)} ${target}`;
      const left = evidence.length - shownReasons;
      const reasons = ok ? [] : [...evidence.slice(0, shownReasons), ...(left > 0 ? [`and ${left} more`] : [])];
      return [line.trimEnd(), ...reasons.map((reason) => `         ${reason}`)];
    })
    .join('\n');
}

/** For programs: one line; `asked` is what the measurement was told to do. */
export function figureJson(figures: readonly Figure[], asked: Readonly<Record<string, number>>): string {
  return JSON.stringify({
    ...asked,
    figures: figures.map(({ evidence: _evidence, ...figure }) => ({ ...figure, value: rounded(figure.value) })),
  });
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
