/** What a repair would make, as text. Whatever others have written is made harmless. Pure. */

import type { GatewayRepair } from '@perdure/contract';
import { printable } from '../text/format.ts';

export function repairText(home: string, { differences, problems }: GatewayRepair): string {
  if (problems.length > 0) {
    const told = problems.map((problem) => `  ${printable(problem)}`);
    return [
      `What is ours in ${printable(home)} is as it is to be. OpenClaw does not take what was added to its settings:`,
      ...told,
      'Take that out, or say --fresh, which replaces the settings whole.',
    ].join('\n');
  }
  if (differences.length === 0) return `There is nothing to repair in ${printable(home)}.`;
  const lines = differences.map(
    ({ at, found, becomes }) => `  ${printable(at)}: ${printable(found)}; becomes: ${printable(becomes)}`,
  );
  const isSettings = differences.some(({ at }) => at.startsWith('openclaw.json: '));
  return [
    `In ${printable(home)} this is not as it is to be:`,
    ...lines,
    ...(isSettings ? ['What else stands in openclaw.json stays, but for its comments.'] : []),
    'The gateway is stopped for it, and what lies there now goes into an archive.',
  ].join('\n');
}

export interface Refreshed {
  readonly handle: string;
  /** A sentence: why it did not. */
  readonly problem?: string;
}

export function refreshText(told: readonly Refreshed[]): string {
  if (told.length === 0) return 'No gateway has a key of its model in a vault.';
  return told
    .map(({ handle, problem }) =>
      problem === undefined
        ? `${handle} has the key of its model as it lies in its vault.`
        : `${handle}: ${printable(problem)}`,
    )
    .join('\n');
}
