/** `perdure tools list`: what the worker has loaded, and what repeating a call of each would do. */

import type { ToolEntry } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { formatList } from '../text/table.ts';

export async function listTools(rim: Rim, options: CommonOptions): Promise<number> {
  const { data } = await connect(rim, options).listTools();
  printData(rim, options, data, (columns) => toolTable(data, columns));
  return 0;
}

function toolTable(tools: readonly ToolEntry[], columns: number | undefined): string {
  const rows = tools.map((tool) => [
    tool.id,
    tool.origin,
    tool.effect,
    tool.confirm ? 'each call' : '',
    tool.enabled ? tool.description : (tool.remedy ?? 'Switched off.'),
  ]);
  const headings = ['ID', 'FROM', 'EFFECT', 'APPROVAL', 'DESCRIPTION'];
  return formatList(headings, rows, { empty: 'No tools.', columns, spare: [1] });
}
