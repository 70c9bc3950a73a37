/** A plan as text. Pure. */

import type { Check, PlanOutcome } from '@perdure/fleet';
import { printable } from '../text/format.ts';

export function planText(handle: string, outcome: PlanOutcome): string {
  const { checks } = outcome;
  const wrong = checks.filter(({ problem }) => problem !== undefined).length;
  if (outcome.kind === 'blocked') {
    const things = wrong === 1 ? 'One thing is' : `${wrong} things are`;
    return [`${things} in the way of ${printable(handle)}; nothing would be made.`, '', ...checks.map(checkLine)].join(
      '\n',
    );
  }
  const steps = outcome.steps.map(({ id, makes }, at) =>
    makes
      .map((line, row) => `${row === 0 ? `${at + 1}  ${id.padEnd(9)}` : ' '.repeat(12)}  ${printable(line)}`)
      .join('\n'),
  );
  return [
    `What ${printable(handle)} would be made of, each taken back where a later one fails:`,
    '',
    ...steps,
    '',
    ...checks.map(checkLine),
    '',
    'Nothing was changed.',
  ].join('\n');
}

function checkLine({ id, found, problem }: Check): string {
  const start = `${problem === undefined ? 'ok' : 'no'}  ${id.padEnd(10)}  ${printable(found)}`;
  return problem === undefined ? start : `${start}: ${printable(problem)}`;
}
