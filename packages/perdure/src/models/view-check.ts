/** What `models check` has found, as text. Pure. */

import type { CheckName, CheckOutcome, ModelCheck } from '@perdure/models/check';
import { printable } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';
import { formatList } from '../text/table.ts';

export interface CheckedModel extends ModelCheck {
  /** Scheme, host and port of the server. */
  readonly origin: string;
  readonly proxy?: string;
}

const titles: Readonly<Record<CheckName, string>> = {
  reachable: 'REACHABLE',
  key: 'KEY',
  answers: 'ANSWERS',
  streaming: 'STREAMS',
  structured: 'SCHEMA',
  tools: 'TOOLS',
  toolAnswer: 'TOOL ANSWER',
};
const names = Object.keys(titles) as readonly CheckName[];

export interface ChecksViewOptions {
  readonly paint: Paint;
  /** Columns of the terminal; undefined: there is none. */
  readonly columns?: number | undefined;
}

export function checksView(checked: readonly CheckedModel[], { paint, columns }: ChecksViewOptions): string {
  const rows = checked.map(({ model, checks }) => [
    printable(model),
    ...names.map((name) => words[checks[name].kind]),
    (spentMs(checks) / 1_000).toFixed(1),
  ]);
  const table = formatList(['MODEL', ...names.map((name) => titles[name]), 'SECONDS'], rows, {
    empty: 'No models.',
    columns,
  });
  const troubles = checked.flatMap((each) => troublesOf(each, paint));
  const proxies = checked.flatMap(({ model, proxy }) =>
    proxy === undefined ? [] : [paint('dim', `${printable(model)} is asked through the proxy ${proxy}.`)],
  );
  return [table, ...(troubles.length + proxies.length > 0 ? [''] : []), ...troubles, ...proxies].join('\n');
}

const words = { ok: 'ok', no: 'no', untried: '-' } as const;

/** Checks that one answer decides have its time each. */
function spentMs(checks: ModelCheck['checks']): number {
  const first = [checks.answers, checks.key, checks.reachable].find(({ kind }) => kind !== 'untried');
  return [first, checks.tools, checks.toolAnswer].reduce((sum, outcome) => sum + msOf(outcome), 0);
}

function msOf(outcome: CheckOutcome | undefined): number {
  return outcome === undefined || outcome.kind === 'untried' ? 0 : outcome.ms;
}

function troublesOf({ model, checks }: CheckedModel, paint: Paint): readonly string[] {
  return names.flatMap((name) => {
    const outcome = checks[name];
    if (outcome.kind !== 'no') return [];
    return [
      `${paint('yellow', '!')} ${printable(model)}, ${titles[name].toLowerCase()}: ${printable(outcome.because)}`,
    ];
  });
}
