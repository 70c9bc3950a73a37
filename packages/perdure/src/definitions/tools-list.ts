/** `perdure tools list`: what the worker has loaded, or would, and what repeating a call of each would do. */

import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { say } from '../cli/output.ts';
import { firstSentence, printable } from '../text/format.ts';
import { paintFor } from '../text/paint.ts';
import { formatList } from '../text/table.ts';
import { findTools, printFound, type ListedTool } from './found.ts';

export async function listTools(rim: Rim, options: CommonOptions): Promise<number> {
  const found = await findTools(rim, options);
  printFound(rim, options, { found, table: (columns) => toolTable(found.entries, columns) });
  if (options.json !== true) tellMissing(rim, found.entries);
  return 0;
}

function tellMissing(rim: Rim, tools: readonly ListedTool[]): void {
  const paint = paintFor(rim.env, rim.stderr);
  for (const { problem } of tools.flatMap(({ secrets = [] }) => secrets)) {
    if (problem !== undefined) say(rim, `${paint('yellow', '!')} ${printable(problem)}`);
  }
}

/** A description is written for models, who need all of it; who looks through a list does not. */
function toolTable(tools: readonly ListedTool[], columns: number | undefined): string {
  const hasSecrets = tools.some(({ secrets }) => secrets !== undefined);
  const rows = tools.map((tool) => [
    tool.id,
    tool.origin,
    tool.effect,
    tool.confirm ? 'each call' : '',
    ...(hasSecrets ? [(tool.secrets ?? []).map(secretCell).join(', ')] : []),
    tool.enabled ? firstSentence(tool.description) : (tool.remedy ?? 'Switched off.'),
  ]);
  const headings = ['ID', 'FROM', 'EFFECT', 'APPROVAL', ...(hasSecrets ? ['SECRETS'] : []), 'DESCRIPTION'];
  return formatList(headings, rows, { empty: 'No tools.', columns, spare: [1], endsInProse: true });
}

const secretCell = ({ name, problem }: { readonly name: string; readonly problem?: string }): string =>
  `${printable(name)}${problem === undefined ? '' : ' (missing)'}`;
