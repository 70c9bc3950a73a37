/** `perdure tools list`: what the worker has loaded, or would, and what repeating a call of each would do. */

import type { ToolEntry } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { firstSentence } from '../text/format.ts';
import { formatList } from '../text/table.ts';
import { findTools, printFound } from './found.ts';

export async function listTools(rim: Rim, options: CommonOptions): Promise<number> {
  const found = await findTools(rim, options);
  printFound(rim, options, { found, table: (columns) => toolTable(found.entries, columns) });
  return 0;
}

/** A description is written for models, who need all of it; who looks through a list does not. */
function toolTable(tools: readonly ToolEntry[], columns: number | undefined): string {
  const rows = tools.map((tool) => [
    tool.id,
    tool.origin,
    tool.effect,
    tool.confirm ? 'each call' : '',
    tool.enabled ? firstSentence(tool.description) : (tool.remedy ?? 'Switched off.'),
  ]);
  const headings = ['ID', 'FROM', 'EFFECT', 'APPROVAL', 'DESCRIPTION'];
  return formatList(headings, rows, { empty: 'No tools.', columns, spare: [1], endsInProse: true });
}
